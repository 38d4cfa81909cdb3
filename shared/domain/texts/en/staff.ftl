# What staff read, and what others read because of them.

for-staff-only = Only Flash's support team can do that. If you need help, write to { -support }, or send *help* to see what I can do for you.
for-admins-only = Only an admin of Flash's team can do that. Send *help staff* to see what you can.
staff-example = The number must be whole, with its plus. Send it like this: *{ $command } +18765550100*
not-your-own-lock = That is your own chat. Somebody else on the team has to unlock it.
is-not-locked = That chat is not locked, and codes are not paused there.
unlocked-for-staff = Done. That chat can link again, and I've told them. If they are locked once more, it will be for longer.
unlocked-by-support = Flash's support has ended the lock of this chat. Send *link* to start again.

chat-unknown = I know nobody by that number.
chat-for-staff =
    That chat:
    Linked: { $linked }
    Locked: { $locked }
    Locks so far: { $locks }
    Codes paused: { $paused }
    Wrong codes within { $window } minutes: { $wrong }
    Codes shown within the hour: { $shown }
    Risk: { $risk }
    Messages stopped: { $stopped }
    Last wrote: { $heard }
chat-no = no
chat-until = until { $at }
chat-since = since { $at }
chat-linked = since { $since }, until { $until }
chat-link-ended = ended on { $at }
chat-not-heard = not within a day
chat-risk = { $score }{ $level ->
        [step-up] , asks for a fresh log-in
        [alert] , alert
       *[calm] {""}
    } ({ $reasons })

sign-wrong-code = { $times } × wrong code
sign-locked = { $times } × locked
sign-codes-paused = { $times } × too many codes asked for
sign-page-again = { $times } × page asked for again
sign-flooded = { $times } × flooded
sign-probed = { $times } × code typed where none waited
sign-staff-refused = { $times } × staff's command tried
sign-key-refused = { $times } × unknown key on a link page
sign-sought = { $times } × account sought by many chats
sign-unknown = { $times } × something newer than I know
