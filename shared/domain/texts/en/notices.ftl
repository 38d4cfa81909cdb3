# What is told without having been asked: money that has come or gone, alone or together.

notice-title =
    { $what ->
        [received] ✅ { $money } received{ $with }.
        [coming] ⏳ { $money } is on its way to you{ $with }. It isn't yours to spend yet.
        [not-come] A payment of { $money } to you{ $with } has failed.
        [sent] ↗️ { $money } sent{ $with }.
        [going] ⏳ { $money } is on its way{ $with }.
        [not-sent] ⚠️ Your payment of { $money }{ $with } has failed.
       *[balance] Your balance has changed. You have { $money } now.
    }
notice-title-no-amount =
    { $what ->
        [received] ✅ You have received a payment{ $with }.
        [coming] ⏳ A payment is on its way to you{ $with }. It isn't yours to spend yet.
        [not-come] A payment to you{ $with } has failed.
        [sent] ↗️ Money has left your account{ $with }.
        [going] ⏳ Money is on its way from your account{ $with }.
        [not-sent] ⚠️ Your payment{ $with } has failed.
       *[balance] Your balance has changed.
    }
notice-request-paid = ✅ { $money } received{ $with }: your request *{ $code }* is paid.
notice-request-paid-no-amount = ✅ You have received a payment{ $with }: your request *{ $code }* is paid.

# A space comes first: it stands within a sentence.
notice-from = {" "}from { $who }
notice-to = {" "}to { $who }
notice-name = “{ $name }” (name not checked)
notice-beside = { $money } ({ $other })
notice-amount-unknown = amount not known yet
notice-sats =
    { $count ->
        [one] { $shown } sat
       *[other] { $shown } sats
    }

notice-note = Note: “{ $memo }”
notice-note-left-out = A note came with it that could mislead, so I've left it out.
notice-when = _{ $when }_
notice-when-on-chain = _On-chain, { $when }_

notice-see-balance = Send *balance* to see your money.
notice-see-history = Send *history* to see your payments.
notice-if-not-you = { -if-not-you }

digest-title = 📬 News of your Flash account:
digest-sum =
    { $what ->
        [received] Received: { $money }
        [coming] On its way to you: { $money }
        [sent] Sent: { $money }
       *[balance] Balance: { $money }
    }
digest-payments =
    { $count ->
        [one] { $count } payment
       *[other] { $count } payments
    }
digest-requests-paid =
    { $count ->
        [one] { $count } request paid
       *[other] { $count } requests paid
    }
digest-failed =
    { $count ->
        [one] { $count } payment failed
       *[other] { $count } payments failed
    }
digest-at-least = at least { $what }
digest-row = • { $money }{ $with } · { $when }
digest-row-unsettled = • { $money }{ $with } · { $status } · { $when }
digest-row-request = • { $money }{ $with } · { $code } · { $when }
digest-more =
    { $count ->
        [one] … and { $count } more
       *[other] … and { $count } more
    }
