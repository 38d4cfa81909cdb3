# Linking a Flash account, and what needs a link.

-to-see-money = Send *balance* to see your money, or *unlink* any time to disconnect.
-if-not-you = If that wasn't you, write to { -support }.

link-first = Please link your Flash account first: send *link* and I'll show you how.
link-page =
    To link your Flash account, open this page and log in to Flash:
    { $url }

    It works for { $minutes } minutes, only for this chat. It will show you a code to send me. I can then see your balance, payments and username, and can never move your money.
renewal-page =
    Your link to Flash lasts until { $until }. To renew it now, open this page and log in to Flash once more:
    { $url }

    It works for { $minutes } minutes, only for this chat. It will show you a code to send me.
no-flash-account = I found no Flash account for this number. Get the Flash app at https://getflash.io/app and sign up with this number. Then send *link* again.
already-linked = Your Flash account is already linked, until { $until }. Send *balance* to see your money, or *unlink* to disconnect it.
linked =
    ✅ Linked! Your Flash account is connected to this chat.

    { -to-see-money }
moved-here =
    ✅ Linked! Your Flash account is connected to this chat now, and the chat that had it is disconnected.

    { -to-see-money }
renewed =
    ✅ Renewed! Your Flash account stays linked until { $until }.

    { -to-see-money }
not-linked = No Flash account is linked to this chat. Send *link* to connect yours.
linking-cancelled = I've cancelled the linking you had begun, and deleted the key that was waiting for its code. Nothing was linked. Send *link* to start again.

wrong-code = That code isn't right. You have { $left ->
        [one] 1 try
       *[other] { $left } tries
    } left. Look at the page once more and send *verify* and the 6 digits.
code-destroyed = That code isn't right, and that was the last try. The code on the page no longer works. Send *link* to start again.
malformed-code = A code has 6 digits. Send it like this: *verify 123456*
no-code-waiting = No code is waiting for this chat. It may have run out, or been used. Send *link* to get a new one.
code-ran-out = Your code has run out, and nothing was linked. Send *link* whenever you want to try again.
codes-paused = You've asked for several codes in a short time. To keep the account safe, the next one can be had at { $until }. Send *link* then.
chat-locked = Too many wrong codes. To keep the account safe, this chat can't link until { $until }. After that, send *link* to start again.
locked-for-misuse = Too many things here look like somebody trying doors. To keep the account safe, this chat can't link until { $until }. If you need help, write to { -support }.

linked-elsewhere = This Flash account is linked to another WhatsApp chat, and an account can have only one. To move it here, send *link* again: the page will ask you whether it shall.
owner-linked-elsewhere =
    ⚠️ Somebody logged in to your Flash account and tried to link it to another WhatsApp chat ({ $chat }). If they finish, your link moves there and I'll tell you here.

    If that wasn't you, don't give anybody a code, and write to { -support }.
owner-chat-locked =
    ⚠️ Somebody typed wrong codes again and again to link your Flash account to another WhatsApp chat ({ $chat }). I've locked that chat. Your link here stays as it is.

    { -if-not-you }
moved-away =
    ⚠️ The link to your Flash account was moved to another WhatsApp chat ({ $chat }). This chat is disconnected, and I've deleted the key it used.

    If that wasn't you, write to { -support } at once. Send *link* to move it back here.
moved-away-before = ⚠️ Your link to Flash was moved to another WhatsApp chat on { $at }, while my messages to you were stopped. { -if-not-you }
link-paused = This number now writes from another WhatsApp account, so its link to Flash is paused. If the Flash account is yours, send *link* to confirm it.

link-ending-days = ⏳ Your link to Flash ends in { $days ->
        [one] { $days } day
       *[other] { $days } days
    }, on { $on }. To go on seeing your balance here, send *renew* and log in once more.
link-ending-soon = ⏳ Your link to Flash ends soon, at { $at }. To go on seeing your balance here, send *renew* and log in once more.
link-has-ended = Your link to Flash has come to its end, so I've deleted the key I had for your account. Send *link* to connect again.
link-ended = Flash no longer accepts the key I had for your account, so I've deleted it. Send *link* to connect again.

confirm-unlink = Disconnect your Flash account from this chat? Your money stays where it is. Send *YES* to disconnect, or *NO* to keep it.
unlink-yes-or-no = Please send *YES* to disconnect your Flash account, or *NO* to keep it.
kept = All right, your account stays linked.
unlinked =
    Done. Your Flash account is disconnected, and I've deleted the key I used to see your balance. Flash still lists that key, unused, until { $until }. To end it there at once, write to { -support }.

    Send *link* to connect again; that ends the old key at Flash, too.
