# What belongs to no one subject: getting messages or not, and what went wrong.

-support = support@getflash.io

opted-out =
    Done. From now on you get nothing from me that you didn't just ask for, not even security alerts.{ $cancelled ->
        [yes] {" "}I've also cancelled the linking you had begun.
       *[no] {""}
    }{ $linked ->
        [yes] {" "}Your Flash account stays linked: send *unlink* to disconnect it, or *alerts* to still get its security alerts.
       *[no] {""}
    }

    When you write, I still answer. Send *START* to get my messages again.
opted-in = Welcome back. I'll write to you again when there is news, such as a security alert. Send *STOP* any time to end that.
missed-start = Sorry, I was away when you sent START. To be sure that you still want my messages, please send *START* once more.
how-to-start = { $alerts ->
        [yes] Except for security alerts, my messages to you are stopped.
       *[no] My messages to you are stopped.
    } Send *START* to get them again.
how-to-stop = Send *STOP*, that word alone, if you want no more messages: I write only when you do. To choose which news you get, send *notifications*.
nothing-open = There is nothing open to cancel.{ $stopped ->
        [yes] {""}
       *[no] {" "}To get nothing from me but answers, send *STOP*.
    }

flooded = You've sent many messages in a short time, so I'll be quiet for { $pause }. I haven't acted on the last one. After that, please write again what you need.
rest-left-out = _That was too long for a chat, so I've left out the rest._
nothing-to-confirm = There is nothing waiting for your answer. Send *help* to see what I can do.
old-button = That button is from an earlier message and no longer works. Send *help* to see what I can do.
missed-command = Sorry, I was away when you asked for that. To be sure that it's you, please send *{ $command }* once more.

# A time to wait, within a sentence.
wait-minutes = { $minutes ->
        [one] a minute
       *[other] { $minutes } minutes
    }
wait-hours = a few hours

flash-unavailable = Flash isn't answering me right now. Please send *{ $command }* again in a few minutes.
flash-busy = Flash has a lot to do just now. Please send *{ $command }* again in { $wait }.
flash-moving = Flash is moving your wallet to its new system just now. Please send *{ $command }* again in a few minutes.
flash-declined = Flash won't do that. If you think it should, please write to { -support }.
flash-needs-support = Flash needs to look at your wallet before it can show you anything. Please write to { -support }.
flash-key-damaged = ⚠️ Something is wrong with my copy of the key to your Flash account, so I haven't used it. Your money stays where it is. Send *unlink*, then *link*, to connect again. If this happens twice, write to { -support }.
