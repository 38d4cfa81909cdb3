# To whoever sends no words, or words without a wish.

wordless-empty = I got a message with nothing in it that I can read.
wordless-picture = Thank you for the picture. I can't look at pictures, I only read text.
wordless-voice = I can't listen to voice notes, I only read text. Please write it to me.
wordless-video = I can't watch videos, I only read text.
wordless-document = I can't open files, I only read text.
wordless-location = I don't need to know where you are, and I haven't kept it.
wordless-contact = I can't read contact cards, and I haven't kept this one.
wordless-sticker = Nice one! I only read text, though.
wordless-other = I can't read that kind of message, I only read text.
wordless-next-linked = Send *balance* to see your money, or *help* for all I can do.
wordless-next-unlinked = Send *link* to connect your Flash account, or *help* for all I can do.

welcome = You're welcome! Whenever you need something, send *help*.
