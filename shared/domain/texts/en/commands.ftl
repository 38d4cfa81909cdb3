# Each command in one line, as help lists it.

command-balance = see what is in your wallet
command-link = connect your Flash account
command-verify = finish linking with the code from the page
command-unlink = disconnect your Flash account
command-privacy = what I keep, and how to see or delete it
command-export-my-data = see all that I keep of you
command-delete-my-data = have it deleted
command-notifications = agree to news of your account, or not
command-assistant = agree to an assistant's answers, or not
command-alerts = agree to security alerts after stop, or not
command-stop = get nothing from me but answers
command-start = get my messages again
command-cancel = end what is open
command-help = this list
command-user = how that chat stands
command-unlock = end the lock of that chat
