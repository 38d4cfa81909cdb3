question-how = Write your question after the word, for example: *question how do I get paid*
question-too-long = That is too long for me. Please ask in { $most } characters or fewer.
question-before-consent = One thing before I answer your question:
questions-too-many =
    That is a lot of questions in one hour. You can ask me again from { $at }.

    Send *agent* for a person, or *help* to see what else I can do.
questions-forgotten = Done. I have forgotten what you asked me and what I answered.
