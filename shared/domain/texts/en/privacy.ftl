# The privacy notice, the questions that belong to it, and what is shown and deleted. Whoever changes a word of the notice
# or of a question gives consent::POLICY a new day.

privacy-notice =
    This is Flash's chat. Here is what it keeps, for how long, and who sees it.

    _What is kept_
    • Your number or WhatsApp id, sealed: while an account is linked, else until { $stranger } days after you last wrote.
    • Your link to Flash, with a sealed key that can only read: until you unlink, at most { $key } days.
    • What I wrote to you, sealed: { $message } days. What you write is acted on and not kept, but for your feedback ({ $feedback } days) and what a request for money is for (until { $request } days after it has run out), both sealed.
    • Questions to the assistant and its answers, without numbers, addresses and codes, sealed: a day. An answer you mark 👎, and what you pass on to a person at Flash, sealed: { $message } days at most.
    • Where our conversation stands: a day after your last message, at most { $session } days.
    • Limits and locks against misuse: until they run out.
    • STOP, whom you've blocked, and your answers to what I may send: with no end, so that they hold.
    • Which news you want, and when: until you have your data deleted. News that wait for that, sealed: until they are told.
    • A log of what happened to your link, without number or name: { $audit } years.

    _Who sees it_
    WhatsApp and Twilio carry our messages and keep copies of their own. Amazon Web Services stores what I keep. Flash answers what I ask about your account, and tells me what happens on it. Whoever you ask for money sees your Flash username. If you agree, an AI service, Maple, reads your questions; a person at Flash reads what you pass on. Nobody gets it for advertising.

    _What you can do_
    Send *export my data* to see all of it, *delete my data* to have it deleted, *unlink* to disconnect your account, or *stop* to get nothing but answers. Questions: { -support }

    _Version { $policy }_

privacy-question =
    { $asked } Send *YES* to agree, or *NO* to refuse.

    _Privacy notice { $policy }: send_ *privacy*
privacy-asks-notifications =
    May I write to you here when money comes to your account or leaves it, when somebody asks you for money, and when Flash has something important to tell? You would get such news through WhatsApp and Twilio, and no advertising.

    After a yes, send *notifications* to choose which news you get, and when. You can take it back any time: send *notifications off*.
privacy-asks-assistant =
    May an AI service, Maple, read the questions that you ask in your own words, to help me answer them? Numbers, addresses and codes are taken out first, and it never sees your account. If you mark an answer 👎, people at Flash may read it with its question.

    Without it I answer from what I have at hand. You can take a yes back any time: send *assistant* again.
privacy-asks-alerts = You've stopped my messages. May I still write to you when somebody tries to get at your Flash account? That would be such security alerts and nothing else, until you send *STOP* again.

privacy-agreed = You agreed on { $date }.
privacy-agreed-before = You agreed on { $date }, under an earlier privacy notice, so that no longer counts.
privacy-refused = You refused on { $date }.

privacy-notifications-yes = Thank you. You'll get such news here. To choose which, and when, send *notifications*; to take your yes back, *notifications off*.
privacy-notifications-no = All right, no news of your account. To change that, send *notifications* again.
privacy-assistant-yes = Thank you. Just ask me in your own words. To take that back, send *assistant* again.
privacy-assistant-no = All right, your questions stay here, and I answer from what I have at hand. To change that, send *assistant* again.
privacy-alerts-yes = Thank you. I'll still write to you when somebody tries to get at your Flash account. Send *STOP* to end that, too.
privacy-alerts-no = All right, no security alerts either. To change that, send *alerts* again.

privacy-alerts-anyway = You get security alerts as it is. If you ever send *STOP*, you can send *alerts* after it to go on getting them.
privacy-changed = My privacy notice has changed, so what you agreed to under the old one no longer counts. Send *privacy* to read the new one. To answer again, send { $commands }.
privacy-or = { $one } or { $other }

question-unlink-timed-out = _I had asked whether to disconnect your Flash account. That question has timed out, and nothing was changed._
question-erasure-timed-out = _I had asked whether to delete what I keep of you. That question has timed out, and I've deleted nothing._
question-consent-timed-out = _I had asked what you agree to. That question has timed out, and your answer is as it was before._
question-person-timed-out = _I had asked whether to pass something on to a person at Flash. That question has timed out, and nobody was told._
question-timed-out = _I had asked you something. That question has timed out, and nothing has changed._
question-closed = All right, I've taken that question back. Nothing has changed.
question-yes-or-no = Please send *YES* or *NO* to my question, or *cancel* to leave it.

export-page =
    On this page you can save everything I keep of you as a file:
    { $url }

    It works for { $minutes } minutes. Don't pass it on. In short: { $linked ->
        [yes] your Flash account is linked since { $since }
       *[no] no Flash account is linked
    }; there is what I wrote to you in the last { $days } days, your answers to what I may send, what you have asked the assistant in the last day, your feedback with the answers you marked 👎, requests for money, limits that count for this chat, and the log of what happened.
export-of-another = This number now writes from another WhatsApp account, so I can't show what I keep from before. Send *delete my data* to have it deleted.
missed-export = Sorry, I was away when you asked for your data. To be sure that it's you, please send *export my data* once more.

confirm-erasure =
    Delete what I keep of you? Your number goes,{ $linked ->
        [yes] {" "}the link to your Flash account with its key,
       *[no] {""}
    } our conversation, which news you want and when, and everything I wrote to you. It can't be brought back. Your money and your Flash account stay as they are.

    What stays: STOP, whom you've blocked, and your answers to what I may send, limits and locks until they run out, and for { $years } years a log of what happened to your link, without number or name.

    Send *YES* to delete, or *NO* to keep it.
erased =
    Done. I've deleted your number{ $linked ->
        [yes] , the link to your Flash account with its key
       *[no] {""}
    }, our conversation, and which news you want and when. What I wrote to you is being deleted now; this message goes within two hours.

    I keep, so that it holds:
    • STOP, whom you've blocked, and your answers to what I may send
    • limits and locks, until they run out
    • a log of what happened to your link, without number or name, for { $audit } years, as records of money are kept
    • ids of your messages, { $ids } days, so that none is taken twice

    Copies elsewhere:
    • WhatsApp and Twilio keep our messages themselves, Twilio { $twilio } days or as Flash has set it.{ $key }
    • Backups end after { $backup } days. Logs hold no number and no text.

    If you write again, we begin anew.
erased-key = • Flash lists that key, unused, until { $until }.
nothing-erased = All right, I've deleted nothing.
