# To whoever sends what they must tell nobody.

secret =
    ⚠️ That looks like { $what }. I have not kept it, and nobody at Flash will ever ask you for it.

    { $next }
secret-phrase = a recovery phrase
secret-key = a private key
secret-card = the number of a payment card
secret-api-key = a key or token
secret-password = a password or PIN
secret-code = a one-time code
secret-move-money = Delete your message here. If anybody else may have seen it, move your money to a new wallet now.
secret-delete = Delete your message here, and give it to nobody. You can ask your question again without it.
secret-replace = Delete your message here, and change it where you use it. You can ask your question again without it.
