# En qué idioma responde el bot.

language-now = Te respondo en español. Para inglés, envía *english*.
language-chosen = ¡Listo! De ahora en adelante te respondo en español. Para cambiarlo, envía *language*.
language-which = Hablo español e inglés. Envía *español* o *english*.
