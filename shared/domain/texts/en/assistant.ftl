# What the assistant says around its answers, and where it has none.

# Under an answer: the first of a conversation, and those after it.
answer-automated-first = _This answer is automated and can be wrong. It knows nothing of your account. Send *{ $agent }* for a person._
answer-automated = _Automated. Send *{ $agent }* for a person._

answer-of-entry =
    _{ $question }_

    { $answer }
answer-instead =
    I can't answer in my own words just now. This may help:

    _{ $question }_

    { $answer }
answer-unknown =
    I don't know the answer to that. I know about Flash, about paying and being paid with it, and about this chat.

    Try it in other words, send *problem* if something has gone wrong, or *help* to see what I can do.
answer-off-topic =
    I can't help with that here: I only answer questions about Flash, about paying and being paid with it, and about this chat.

    Send *help* to see what I can do.
answer-in-a-moment = One moment, I am still looking for the answer.
