# To whoever says what they think of the bot.

feedback-how = I'd love to hear what you think. Write it after the word, like this: *feedback I love the history*. Flash's team reads it; please leave out codes and other secrets.
feedback-too-long = That is longer than I can pass on. Please say it in { $most } characters, after *feedback*.
feedback-kept = Thank you! I've passed that on to Flash's team. If you need an answer, write to support@getflash.io.
feedback-good = Thank you, I'm glad that helped!
feedback-bad = Thank you for telling me. What should be better? Write it after the word *feedback*, and Flash's team will read it.
feedback-changed = Thanks, changed.{ $good ->
        [yes] {" "}I'm glad it helped after all.
       *[no] {" "}What should be better? Write it after the word *feedback*, and Flash's team will read it.
    }
feedback-before = Thank you, I had noted that already.
