# What news somebody gets, and when: how it stands, and what came of a change.

preferences-title = The news you get of your Flash account:
preferences-row = • { $line }
preferences-how = To change something, choose below or send for example *notifications sent off*. To get no news at all, send *notifications off*.
preferences-alerts = Security alerts can't be switched off here. They come at once, also in quiet hours.
preferences-none-come = { $line }. But you haven't agreed to news yet, so none come so far.
preferences-done = Done. { $line }.

preferences-received =
    Payments received: { $on ->
        [yes] on
       *[no] off
    }
    .typed =
        notifications received { $on ->
            [yes] on
           *[no] off
        }
preferences-requests =
    Requests for money: { $on ->
        [yes] on
       *[no] off
    }
    .typed =
        notifications requests { $on ->
            [yes] on
           *[no] off
        }
preferences-sent =
    Payments sent: { $on ->
        [yes] on
       *[no] off
    }
    .typed =
        notifications sent { $on ->
            [yes] on
           *[no] off
        }
preferences-balance =
    Other changes of your balance: { $on ->
        [yes] on
       *[no] off
    }
    .typed =
        notifications balance { $on ->
            [yes] on
           *[no] off
        }
preferences-news =
    News from Flash: { $on ->
        [yes] on
       *[no] off
    }
    .typed =
        notifications news { $on ->
            [yes] on
           *[no] off
        }
preferences-minimum = Minimum for payments: { $money }
preferences-minimum-none = Minimum for payments: none
preferences-quiet = Quiet hours: { $from } to { $until }, { $zone } time
preferences-quiet-none = Quiet hours: none
preferences-zone = Time zone: { $zone } (now { $time })
preferences-often =
    How often: { $often ->
        [hourly] together, every full hour
        [daily] together at { $evening }, once a day
       *[instant] at once
    }
preferences-paused = Paused until { $until }
preferences-not-paused = Not paused

preferences-after-minimum = Requests for money are told whatever their amount.
preferences-after-quiet = News wait until they end.
preferences-after-pause = What happens until then is not told later: send *history* to see it. To end the pause, send *notifications resume*.

preferences-about-topic = { $line }. To change it, send *{ $switch }*.
preferences-about-minimum = { $line }. To be told only of payments from an amount up, in US dollars, send for example *notifications minimum 5*; for all of them *notifications minimum off*.
preferences-about-quiet =
    { $line }. In quiet hours news wait until they end. To set them, send for example *notifications quiet 10pm-7am*; to end them *notifications quiet off*.

    { $zone }. To change it, send for example *notifications zone New York*.
preferences-about-zone = { $line }. To change it, send a large city there, for example *notifications zone New York*.
preferences-about-often = { $line }. Send *notifications instant*, *notifications hourly* or *notifications daily* to change it.
preferences-about-pause = { $line }. To get no news for a while, send for example *notifications pause 1 day* or *notifications pause until tomorrow*.

preferences-on-or-off = I take on or off after it. Send *{ $on }* or *{ $off }*.
preferences-not-an-amount = { $why } Send it like this: *notifications minimum 5*
preferences-other-currency = I count that in US dollars. Send it like this: *notifications minimum 5*
preferences-hours = I can't tell for sure which hours you mean. Send them with am and pm, like this: *notifications quiet 10pm-7am*
preferences-no-hours = Quiet hours can't end as they begin. Send them like this: *notifications quiet 10pm-7am*. To get no news for a while, send *notifications pause 1 day*.
preferences-zone-unknown = I don't know that place. Send a large city in your time zone, like this: *notifications zone New York*
preferences-zones = There is more than one of that name. Send the one you mean: { $choices }
preferences-zone-choice = *notifications zone { $zone }*
preferences-often-unknown = I know three ways. Send *notifications instant*, *notifications hourly* or *notifications daily*.
preferences-too-seldom = News come at once, every hour or once a day; less often I can't. To get them once a day, send *notifications daily*.
preferences-security = Security alerts are always on: they tell you at once when somebody else may be at your account, so that you can stop them. All other news you can switch off: send *notifications off*.
preferences-pause-unclear = I can't tell how long. Send it like this: *notifications pause 1 day*
preferences-pause-too-long =
    { $days ->
        [one] A pause lasts { $days } day at most.
       *[other] A pause lasts { $days } days at most.
    } To get no news until you say otherwise, send *notifications off*.
