# What Flash's staff read of their commands, and what others read because of them.

no-such-name = Flash has nobody of that name.
name-not-linked-here = The Flash account of that name isn't linked to any chat here.
name-not-asked = I can't look up Flash names right now. Send the number instead, like this: *{ $command } +18765550100*
not-your-own-chat = That is your own chat. Somebody else on the team has to do that.
has-a-higher-role = That chat belongs to somebody with a higher role than yours. Only the operator can do that.
nobody-there = I know nobody by that number.
nothing-changed = All right. Nothing was changed.

# lock, unlock
locked-for-staff = Done. That chat is locked until { $until }: it can't link, and its link shows nothing. I've told them. *unlock* with the number ends it sooner.
is-locked-by-staff = Staff have locked that chat already, until { $until }.
locked-by-support = Flash's support has locked this chat until { $until } to keep the account safe. If you need help, write to support@getflash.io.
told-of-lock = Flash's support has locked this chat for { $days } days at most, to keep the account safe. Until it is unlocked you can't link or see your money here; your money itself is where it was. If you need help, write to support@getflash.io.

# unlink user
confirm-unlink-user = End the link of that chat to its Flash account? They are told at once and would have to link again. Reply *YES* within { $minutes } minutes, or *NO*.
chat-has-no-link = That chat isn't linked to a Flash account.
unlinked-for-staff = Done. The link of that chat has ended, its key is destroyed here, and I've told them.
unlinked-by-support = Flash's support has disconnected this chat from your Flash account. Your money is where it was. If you need help, write to support@getflash.io; send *link* to connect again.

# status
status-title = *How I am doing*
status-release = Release: { $release }
status-fine = { $name }: ok
status-down = { $name }: not answering, asked again { $until }
status-tables = Tables
status-sending = Sending: on
status-stopped = Sending: stopped { $since } (Twilio's code { $code }); only the operator can start it again
status-waiting = Waiting in { $name }: { $count }
status-queues-silent = Queues: they don't say
status-no-dead-letters = Dead letters: none
status-dead-letters = Dead letters in { $name }: { $count }
status-nothing-overdue = Overdue: nothing
status-overdue = Overdue: the oldest for { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }
status-today = Today (UTC): about { $heard } messages in, { $sent } out
status-no-failures = Failures today: none
status-failures = Failures today, about: { $list }
status-alerts = Chats at risk alert today: { $count }

# report
report-days = Send *report* for today, or *report 7* for the last 7 days; 14 at most.
report-title = { $days ->
        [one] *Today (UTC)*
       *[other] *The last { $days } days (UTC)*
    }
report-people = New people: { $count }
report-links = Links: { $made } made, { $ended } ended
report-messages = Messages, about: { $heard } in, { $sent } out ({ $notices } of them news)
report-commands = Commands, about: { $list }
report-failures = Failures, about: { $list }
report-none = none
report-news = News of Flash: { $told } told, { $held } put off, { $muted } not told
report-feedback = Feedback: { $good } good, { $bad } bad, { $words } in words
report-tickets = Tickets: { $opened } opened, { $answered } answers, { $closed } closed
report-safety = Locks: { $locks } · risk alerts: { $alerts } · staff commands refused: { $refused }
report-opting = STOP: { $out } · START: { $in } · erased: { $erased }
report-day = { $day }: { $people } new, links +{ $made } −{ $ended }, about { $heard } in, { $sent } out

# announce
announce-how = *announce* and the words make a draft of news about Flash's service, which I show and count before anything goes out. *announce es:* and the words give it a Spanish version, *announce status* says how far it has come, and *announce stop* ends it.
announcement-none = There has been no announcement in the last { $days } days.
announcement-draft-waits = There is a draft that was not sent.
announcement-running = It is going out: { $told } of about { $readers } so far. *announce stop* ends it.
announcement-was-stopped = The last announcement was stopped after { $told } of about { $readers }.
announcement-done = The last announcement went to { $told }.
announcement-stopped = Stopped. { $told } have it or get it within a minute; nobody else does.
nothing-to-stop = No announcement is going out.
announcement-runs = An announcement is going out. Wait until it is done, or send *announce stop* first.
announcement-too-long = That is too long: { $most } characters at most.
announce-english-first = Send the announcement itself first, then its Spanish version: *announce* and the words.
nobody-to-tell = Nobody has agreed to news, so there is nobody to tell.
announcement-draft = This would go to { $count ->
        [one] { $count } person who has agreed to news:
       *[other] { $more ->
            [yes] more than { $count } people who have agreed to news:
           *[no] about { $count } people who have agreed to news:
        }
    }

    { $text }

    { $spanish ->
        [none] Who reads Spanish gets the same words; *announce es:* and the words give them their own.
       *[other] And to whoever reads Spanish:

    { $spanish }
    }

    Only for news of the service itself, such as outages and security: WhatsApp allows no advertising here. Reply *YES* within { $minutes } minutes to send it, or *NO*.
announcement-starts = It's on its way to about { $count } people. *announce status* says how far it has come, *announce stop* ends it.
another-draft = That draft is no longer the last one. Send *announce* and the words again.
service-notice = 📢 News of Flash's service: { $text }

    To get no more of these, send *notifications*.
