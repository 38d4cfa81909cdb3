# What was paid, and the account it was paid from or to.

payments-title = Your payments, the newest first:
payments-title-more = Older payments:
payments-row =
    { $number }) { $money } · { $rail }
    { $when }
payments-row-unsettled =
    { $number }) { $money } · { $rail } · { $status }
    { $when }
payments-end = Send *transaction { $number }* to see one in detail.
payments-end-more = Send *more* for older ones, or *transaction { $number }* to see one in detail.
payments-none = No payments yet. Send *username* to see how people can pay you.
payments-none-receiving = No payments yet. Send *receive* to be paid.
payments-not-available = Flash can't show me your payments right now. Please send *{ $command }* again in a few minutes.
payments-how-many = I can show you { $most } payments at once, at most. Send it like this: *history 10*
payments-no-list = I need a list to go by first. Send *history* to see your payments.
payments-no-more = That was all: there are no older payments. Send *history* to see the newest again.
payments-no-more-here = I can't look further back than that. The Flash app has your older payments.
payments-which = Send it with a number from the list, from 1 to { $last }, like this: *transaction 1*
payments-gone = I can't find that payment any more. Send *history* for a fresh list.

payment-title = Payment { $number }: { $money }
payment-way = { $rail }, { $when }
payment-fee = Fee: { $fee }
payment-memo = Note: “{ $memo }”
payment-status = Status: { $status }
payment-reference = Reference: { $id }
payment-amount-unknown = amount not known

rail-lightning = Lightning
rail-on-chain = on-chain
rail-flash = Flash
rail-other = another way

status-settled = done
status-pending = on its way
status-failed = failed

username =
    Your Flash username is `{ $name }`

    People can pay you at this lightning address:
    `{ $address }`

    Or with any wallet on this page:
    { $page }
username-none = You have no Flash username yet. Choose one in the Flash app, then send *username* again: it gives you a page on which people can pay you.

account-title = Your Flash account
account-username = Username: `{ $name }`
account-no-username = Username: none yet
account-level = Level: { $level }
account-currency = Currency at Flash: { $currency }
account-linked = Linked here since { $since }, until { $until }
account-next = Send *limits* for what you can send in a day, or *username* for how people can pay you.

level-zero = trial, not verified yet
level-one = verified
level-two = verified, with a bank account
level-three = business

limits-title = What you can send with the Flash app:
limits-row = { $what }: { $total } in { $hours ->
    [one] an hour
   *[other] { $hours } hours
}
limits-left = { $row }, { $left } left now
limits-withdrawal = Out of Flash
limits-internal = To other Flash users
limits-convert = Between your own wallets
limits-not-available = Flash can't tell me your limits right now. Please send *limits* again in a few minutes.
limits-verify = To raise them, verify your account in the Flash app.
