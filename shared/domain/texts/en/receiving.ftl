# Being paid: a link that always works, a code for one payment, and amounts that are typed.

receive-anything =
    Share this link to be paid. It always works:
    { $link }

    From another wallet, people can pay to
    { $address }

    For an exact amount, send it like this: *receive 5 lunch*
receive-anything-nameless = You have no Flash username yet, and so no link by which people can pay you. Choose one in the Flash app. For one payment, send me the amount, like this: *receive 5 lunch*

receive-this = To be paid { $money } ({ $sats } { $sats-count ->
        [one] sat
       *[other] sats
    }), show the code below to whoever pays, or send it to them. It works for { $seconds ->
        [60] one minute
        [one] one second
       *[other] { $seconds } seconds
    }.
receive-note = Your note: “{ $memo }”
receive-told-when-paid = I'll tell you when it is paid.
receive-always =
    This link always works, for any amount:
    { $link }
    or, from another wallet, { $address }
receive-scan = Scan this code to pay.

receive-no-invoice = I couldn't make a code for that just now: Flash isn't answering me. Please send *{ $command }* again in a few minutes.
receive-no-invoice-busy = That was a lot of codes in a short time. Please send *{ $command }* again in { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }.
receive-no-invoice-refused = Flash won't make a code for that. If you think it should, please write to support@getflash.io.
receive-off = I can't make payment codes here yet. Send *username* to see how people can pay you.

receive-how = { $why } Please send it like this: *receive 5* or *receive 5.50 lunch*
receive-memo-long = Please say in { $most } characters what it is for, like this: *receive 5 lunch*
receive-in-dollars = I can take { $currency } only if it is the currency I show you. Please send the amount in US dollars, like this: *receive US$5*
receive-no-price = I have no fresh price for { $currency } right now. Please send the amount in US dollars, like this: *receive US$5*

amount-missing = There is no amount.
amount-no-number = The amount goes first, in digits.
amount-digits = Please type the amount with the digits 0 to 9.
amount-negative = An amount can't be less than nothing.
amount-shorthand = Please type the whole amount in digits, without short forms.
amount-ambiguous = I'm not sure how much that is. A point is for cents, as in 10.50, and a comma for thousands, as in 1,000.
amount-too-fine = The smallest part of an amount is a cent, as in 0.01.
amount-zero = The amount must be more than zero.
amount-too-large = The most at once is { $most }.
amount-two-numbers = I see more than one number. An amount has no spaces in it, as in 1,000.
amount-two-currencies = I see two currencies.
amount-other-unit = I take amounts in US dollars.
amount-malformed = I can't read that amount.

invoice-paid = ✅ { $money } received. Send *balance* to see your money.
invoice-paid-for = ✅ { $money } received, for “{ $memo }”. Send *balance* to see your money.
invoice-ran-out = ⌛ The code for { $money } has run out, and nobody has paid with it. Send *{ $command }* for a new one.
invoice-ran-out-link = ⌛ The code for { $money } has run out, and nobody has paid with it. Send *{ $command }* for a new one; your link always works.
invoice-not-known = I couldn't find out whether you were paid { $money }: Flash didn't answer me. Send *history* to look.
