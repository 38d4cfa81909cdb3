# Talking to a person, and what support reads.

ticket-draft = A person at Flash can help you here. This is all they would get to see:
ticket-draft-more = I can add this to your question *{ $code }*. This is what the person would get to see:
ticket-draft-words = Not your balance, not your payments, nothing else you wrote. Send *YES* to pass it on or *NO* to leave it. If you want to say it in other words, just write them.
ticket-draft-no-words = Not your balance, not your payments, nothing you wrote to me. Please write what it is about, and I'll show you once more. Or send *YES* to pass it on as it is, or *NO* to leave it.
ticket-chat = WhatsApp chat: { $chat }
ticket-name = Flash username: { $name }
ticket-not-opened = All right. Nothing was passed on.
ticket-too-long = That is too long to pass on. Please say it in { $most } characters or fewer.
ticket-lost = Sorry, I no longer have what you wanted to pass on. Please send *agent* and your question once more.
ticket-opened =
    I've passed it on to the people at Flash. Your ticket is *{ $code }*.
    { $when }
    The answer comes here and says that it is from a person. Nobody from Flash asks for a code, a password or recovery words.

    To add something, send *agent* and your words. *stop* or *delete my data* ends it.
ticket-stands =
    Your question *{ $code }* has been with the people at Flash since { $since }.
    { $when }
    To add something, send *agent* and your words.
support-is-there = Somebody is there until { $until }, but I can't say how long it takes.
support-is-away = Nobody is there just now: they are back at { $from }.
support-hours-unknown = I don't know when somebody is there, so I can't say how long it takes.
ticket-added = I've added it to *{ $code }*.
ticket-full = { $most ->
        [one] You have added to *{ $code }* { $most } time, and that is as many as I take. Please wait for the answer.
       *[other] You have added to *{ $code }* { $most } times, and that is as many as I take. Please wait for the answer.
    }
tickets-too-many = { $most ->
        [one] You have asked for a person { $most } time within a day, and that is as many as I take. You can also write to { -support }.
       *[other] You have asked for a person { $most } times within a day, and that is as many as I take. You can also write to { -support }.
    }
ticket-ended = Your question { $code } to the people at Flash is closed, too, and what you had passed on is deleted.
support-answers =
    A person at *Flash support* answers you about { $code }:
    { $words }

    To write back, send *agent* and your words.
ticket-closed = Flash support has closed your question { $code }, and what you had passed on is deleted. If you still need a person, send *agent*.

tickets-none = No ticket is open.
tickets-title = { $count ->
        [one] *{ $count } open ticket*
       *[other] *{ $count } open tickets*, the oldest first
    }
ticket-line = *{ $code }*, { $stands }, reads { $reads }
ticket-waits = waiting since { $since }
ticket-answered = answered
ticket-reads-english = English
ticket-reads-spanish = Spanish
ticket-unreadable = What was passed on can't be read any more.
tickets-more = { $count ->
        [one] And { $count } more.
       *[other] And { $count } more.
    }
tickets-how = To answer, send *reply*, the ticket and your words; to end one, send *close* and the ticket.
reply-how = Send the ticket and your words, like this: *reply T-3F2K We found your payment*
reply-too-long = That is too long. Please answer in { $most } characters or fewer.
replied = Sent, about { $code }.
replied-by-template = Sent, about { $code }. They last wrote more than a day ago, so it goes as a template that WhatsApp has approved.
close-how = Send the ticket, like this: *close T-3F2K*
ticket-closed-for-staff = Closed: { $code }. What was passed on is deleted.
no-such-ticket = No open ticket is called { $code }. Send *tickets* to see them.
not-your-own-ticket = That is your own ticket. Somebody else on the team has to take it.
ticket-opted-out = Not sent: whoever opened { $code } has said STOP since.
ticket-of-another = Not sent: the number that { $code } came from may be somebody else's by now.
ticket-unreachable = Not sent: I no longer know the chat that { $code } came from.
