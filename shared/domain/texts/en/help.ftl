# Help, from the short answer to the long, and what stands in for it.

help-title = *Flash on WhatsApp*
help-linked = Your account is linked. You can send:
help-unlinked = Link your Flash account to see your balance here. You can send:
help-linking = You've begun to link your account: send me the code that the page shows. You can also send:
help-ended = Your link to Flash has come to its end. You can send:
help-paused = Your link is paused, because this number now writes from another WhatsApp. To go on, link once more. You can send:
help-locked = No code works in this chat until { $until }. You can still send:
help-more =
    More: { $subjects }.
    Or ask me in your own words. *problem* helps if something went wrong, *agent* gets you a person.
help-money = *Money*: what is in your wallet, and what happened there.
help-receiving = *Getting paid*: how others pay you.
help-account = *Your account*: your link to Flash.
help-settings = *Settings*: what I send you, and how.
help-help = *Help*: finding your way.
help-staff = *Staff*: for the team at Flash.
help-about-one = For more about one of them, send *help* and its name, such as *help { $command }*.
help-examples =
    For example:
    { $examples }
help-subject-link-first = For most of these I need your Flash account: send *link* first.
help-link-first = It needs a linked Flash account: send *link* first.
help-needs-proof = Now and then I ask you to log in to Flash once more before I show it.
help-needs-staff = Only staff can use it.
help-switched-off = Getting paid isn't switched on here. In the Flash app you can always be paid. Send *help* for what I can do.

did-you-mean = Did you mean *{ $typed }*? Send *yes* and I'll do that, or *help* for all I can do.
did-you-mean-typed = Did you mean *{ $typed }*? If so, send it just like that, or *help* for all I can do.

unknown = Sorry, I didn't get that. { $next }
unknown-linked = Send *balance* to see your money, or *help* for all I can do.
unknown-just-linked = Your account is linked now: try *balance* first, or send *help* for all I can do.
unknown-trouble = If you want to try again what didn't work, send *{ $command }*, or *help* for all I can do.
unknown-unlinked = Send *link* to connect your Flash account, or *help* for all I can do.
unknown-linking = You've begun to link your account: send me the six digits that the page shows, *link* for a new page, or *cancel* to leave it.
unknown-ended = Your link to Flash has come to its end: send *link* to connect again, or *help* for all I can do.
unknown-paused = Your link is paused: send *link* to connect again, or *help* for all I can do.

# What the subjects are called after "help".
subject-money = money
subject-receiving = receiving
subject-account = account
subject-settings = settings
subject-help = help
subject-staff = staff
