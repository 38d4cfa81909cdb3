# Linking a Flash account, and what needs a link.

link-first = Please link your Flash account first: send *link* and I'll show you how.
