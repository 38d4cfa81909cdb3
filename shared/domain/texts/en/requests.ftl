# Asking somebody for money, and being asked.

requests-off = Asking for money isn't possible here yet.
request-how = You can ask somebody on Flash for money. Send the amount and their username, like this: *request 20 from @theirname for lunch*. They decide whether they pay; I never take money from anybody.
request-amount = { $why } Send it like this: *request 20 from @theirname for lunch*
request-other-currency = Please ask in US dollars, like this: *request 20 from @theirname for lunch*
request-whom = Whom shall I ask? Send the amount and their Flash username with its @, like this: *request 20 from @theirname for lunch*
request-no-name = That is no Flash username: those are 3 to 50 letters, digits and underscores. Send it like this: *request 20 from @theirname for lunch*
request-memo-long = That is too long. Please say what it is for in { $most } characters.
request-memo-posing = Please say what it is for without numbers to call, and without words such as code or Flash support.
request-again = request { $amount } from @{ $who }
request-again-for = request { $amount } from @{ $who } for { $memo }
request-needs-username = You need a username first, so that people can pay you. Choose one in the Flash app, under Settings, then send *request* again.
request-nobody = Flash knows nobody called { $who }. Please check how it is spelt.
request-yourself = That is you. Send somebody else's username, like this: *request 20 from @theirname for lunch*
request-room-person =
    { $most ->
        [one] You have made { $most } request to { $who } that is open or from the last 24 hours, and that is as many as I take.
       *[other] You have made { $most } requests to { $who } that are open or from the last 24 hours, and that is as many as I take.
    } Send *requests* to see yours.
request-room-today =
    { $most ->
        [one] You have made { $most } request in a day, and that is as many as I take.
       *[other] You have made { $most } requests in a day, and that is as many as I take.
    } Please try again tomorrow.

request-noted =
    I've noted your request *{ $code }*: { $money } from { $who }{ $for }. If { $who } can be reached here, they get it now.

    You can also send them this link to pay you: { $page }

    It is open until { $until }. Send *withdraw { $code }* to take it back, or *requests* to see all of yours.
request-for = , for “{ $memo }”
request-for-you =
    { $who } asks you for *{ $money }*{ $for }.
    They wrote this, not Flash. Nobody from Flash ever asks for a code.

    If you want to pay, use their link: { $page }
    Nothing leaves your account unless you pay it yourself. Do so only if you know who it is.

    If not, send *decline { $code }*; or *block { $code }* to get no more requests from { $who }.

requests-none = There are no requests from you or to you. Ask somebody like this: *request 20 from @theirname for lunch*
requests-to-you = _People ask you for_
requests-from-you = _You ask for_
requests-row-to-you = *{ $code }* · { $who }: { $money }{ $for } · { $state }
requests-row-from-you = *{ $code }* · { $who }: { $money }{ $for } · { $state }
requests-page = Pay: { $page }
requests-more = … and { $count } more
requests-how-to-you = Send *decline { $code }* or *block { $code }* with the code of the request.
requests-how-from-you = Send *withdraw { $code }* with the code of the request to take it back.
request-open = until { $until }
request-declined = declined
request-withdrawn = withdrawn
request-paid = paid
request-expired = expired
request-ended = ended

request-which-decline = Which request? Send *requests* to see their codes, then for example *decline 3F2K*
request-which-withdraw = Which request? Send *requests* to see their codes, then for example *withdraw 3F2K*
request-unknown = I know no request { $code } of yours. Send *requests* to see those there are.
request-yours = { $code } is a request of yours. Send *withdraw { $code }* to take it back.
request-theirs = { $code } is a request to you. Send *decline { $code }* if you don't want to pay it.
request-is-over =
    { $state ->
        [declined] Request { $code } was declined before.
        [withdrawn] Request { $code } was taken back.
        [paid] Request { $code } was paid.
        [expired] Request { $code } has expired.
       *[ended] Request { $code } has ended.
    } There is nothing more to do about it.
request-declined-now = Declined. You won't be asked for request { $code } again.
request-was-declined = Your request for { $money } from { $who } ({ $code }) was declined. Send *requests* to see yours.
request-somebody-declined = Your request for { $money } ({ $code }) was declined. Send *requests* to see yours.
request-withdrawn-now = Taken back: request { $code } to { $who } is over. A link that you have sent them yourself still works.

block-whom = Send *block* with the code of a request or with a username, like this: *block @theirname*
block-yourself = That is you, and you can't ask yourself for money anyway.
block-done = Blocked. Requests from { $who } don't reach you any more, and they aren't told. Send *unblock { $who }* to take that back, or *blocked* to see whom you've blocked.
block-too-many = You've blocked { $most } people, and that is as many as I can remember. Send *blocked* to see them, and unblock one first.
unblock-whom = Send *unblock* with a username, like this: *unblock @theirname*
unblock-done = { $who } can ask you for money again.
unblock-nothing = You haven't blocked { $who }. Send *blocked* to see whom you have.
blocked-nobody = You've blocked nobody. If somebody's requests bother you, send *block* with their username, like this: *block @theirname*
blocked-title = Whom you've blocked:
blocked-row = • { $who }, since { $since }
blocked-unnamed = somebody whose name I no longer keep
blocked-how = Send *unblock* with the username to take it back, like this: *unblock @theirname*
