# What the wallet holds, what money costs, and in which currency it is shown.

balance = *{ $shown }* { $code }
    { $dollars }
    ≈ { $bitcoin }, at a price { $age }

    _As of { $when }._
balance-in-dollars = *{ $dollars }*
    ≈ { $bitcoin }, at a price { $age }

    _As of { $when }._
balance-without-price = *{ $dollars }*

    There is no fresh price for other currencies just now.
    _As of { $when }._
balance-told-before = Send *refresh* to ask Flash again.
balance-not-available = Flash can't tell me your balance right now. Please send *balance* again in a few minutes.

price-age = { $minutes ->
    [0] from just now
    [one] 1 minute old
   *[other] { $minutes } minutes old
}
price = *1 BTC = { $bitcoin }* { $code }
    1 BTC = { $bitcoin-in-dollars }
    US$1.00 = { $dollar }

    _This price is { $age }._
price-in-dollars = *1 BTC = { $bitcoin-in-dollars }*

    _This price is { $age }._
price-too-old = The last price that I can get is from { $when }. That is too old to go by, so I'd rather not show it. Please send *price* again in a few minutes.
price-unlisted = Flash no longer has a price in { $code }. To choose another currency, send *currency* and its code, like this: *currency USD*

currency-examples = such as { $one } or { $other }
currency-chosen = You see money in { $code } here. For another currency, send *currency* and its code, { $examples }.

    For the currency of your Flash app, send *currency flash*
currency-of-account = You see money in { $code } here, as in your Flash app. For another currency, send *currency* and its code, { $examples }.
currency-of-account-unknown = You see money in the currency of your Flash app here. For another one, send *currency* and its code, { $examples }.
currency-of-place = You see money in { $code } here, going by where your number is from. For another currency, send *currency* and its code, { $examples }.
currency-set = ✅ From now on you see money in { $code } ({ $symbol }) here. Send *price* to see what a bitcoin costs.
currency-set-linked = ✅ From now on you see money in { $code } ({ $symbol }) here. Send *balance* to see yours.
currency-given-back = ✅ From now on I go by where your number is from. Send *price* to see what a bitcoin costs.
currency-given-back-linked = ✅ From now on you see money in the currency of your Flash app here. Send *balance* to see yours.
currency-unknown = Flash can't show money in “{ $typed }”. It can in these: { $codes }.

    Send *currency* and one of them, like this: *currency { $example }*
