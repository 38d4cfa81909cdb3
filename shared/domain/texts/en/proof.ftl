# Showing once more who one is.

proof-page =
    To keep your account safe, please show me once more that it's you. Open this page and log in to Flash:
    { $url }

    It works for { $minutes } minutes, only for this chat. Then come back: your answer will be here.
code-in-app =
    To keep your account safe, please show me once more that it's you. I've sent a code to your Flash app: type it here, like this: *verify 123456*

    It works for { $minutes } minutes. If none has come, send *{ $command }* again and I'll give you a page instead.
proof-cancelled = All right, I no longer wait for you to show that it's you. Whenever you want, ask again.
proven = Thank you, I know now that it's you. Please ask once more for what you wanted.

wrong-app-code = That code isn't right. You have { $left ->
        [one] 1 try
       *[other] { $left } tries
    } left. Look at your Flash app once more and send *verify* and the 6 digits.
app-code-destroyed = That code isn't right, and that was the last try. The code in your Flash app no longer works. Please ask again for what you wanted to see.
no-app-code-waiting = That code no longer works. Please ask again for what you wanted to see.
app-code-ran-out = The code in your Flash app has run out. Please ask again for what you wanted to see.
codes-locked = Too many wrong codes. To keep the account safe, I take no codes from this chat until { $until }. Your link stays as it is.

# In the Flash app itself.
push-title = Your WhatsApp code
push-body = { $code } is the code that the Flash bot asked you for on WhatsApp. Type it there and nowhere else. If you didn't ask for anything, ignore it.
