# En qué idioma responde el bot.

language-now = Te respondo en español. Para inglés, envía *inglés*.
language-chosen = ¡Listo! De ahora en adelante te respondo en español. Para cambiarlo, envía *idioma*.
language-which = Hablo español e inglés. Envía *español* o *inglés*.
