# Hablar con una persona, y lo que lee el equipo de soporte.

ticket-draft = Una persona de Flash puede ayudarte aquí. Esto es todo lo que vería:
ticket-draft-more = Puedo agregar esto a tu consulta *{ $code }*. Esto es lo que vería la persona:
ticket-draft-words = Ni tu saldo, ni tus pagos, ni nada más de lo que escribiste. Envía *SÍ* para pasarlo o *NO* para dejarlo. Si quieres decirlo de otra manera, solo escríbelo.
ticket-draft-no-words = Ni tu saldo, ni tus pagos, ni nada de lo que me escribiste. Por favor, escribe de qué se trata y te lo muestro otra vez. O envía *SÍ* para pasarlo así, o *NO* para dejarlo.
ticket-chat = Chat de WhatsApp: { $chat }
ticket-name = Nombre de usuario de Flash: { $name }
ticket-not-opened = Está bien. No le pasé nada a nadie.
ticket-too-long = Es demasiado largo para pasarlo. Por favor, dilo en { $most } caracteres o menos.
ticket-lost = Perdona, ya no tengo lo que querías pasar. Por favor, envía *agente* y tu pregunta otra vez.
ticket-opened =
    Lo pasé a la gente de Flash. Tu consulta es la *{ $code }*.
    { $when }
    La respuesta llega aquí y dice que es de una persona. Nadie de Flash te pide un código, una contraseña ni palabras de recuperación.

    Para agregar algo, envía *agente* y tus palabras. *stop* o *borrar mis datos* termina la consulta.
ticket-stands =
    Tu consulta *{ $code }* está con la gente de Flash desde { $since }.
    { $when }
    Para agregar algo, envía *agente* y tus palabras.
support-is-there = Hay alguien hasta las { $until }, pero no puedo decir cuánto tarda.
support-is-away = Ahora no hay nadie: vuelven a las { $from }.
support-hours-unknown = No sé cuándo hay alguien, así que no puedo decir cuánto tarda.
ticket-added = Lo agregué a *{ $code }*.
ticket-full = { $most ->
        [one] Ya agregaste algo a *{ $code }* { $most } vez, y no acepto más. Por favor, espera la respuesta.
       *[other] Ya agregaste algo a *{ $code }* { $most } veces, y no acepto más. Por favor, espera la respuesta.
    }
tickets-too-many = { $most ->
        [one] Ya pediste una persona { $most } vez en un día, y no acepto más. También puedes escribir a { -support }.
       *[other] Ya pediste una persona { $most } veces en un día, y no acepto más. También puedes escribir a { -support }.
    }
ticket-ended = Tu consulta { $code } a la gente de Flash también está cerrada, y lo que habías pasado está borrado.
support-answers =
    Una persona del *soporte de Flash* te responde sobre { $code }:
    { $words }

    Para contestar, envía *agente* y tus palabras.
ticket-closed = El soporte de Flash cerró tu consulta { $code }, y lo que habías pasado está borrado. Si todavía necesitas a una persona, envía *agente*.

tickets-none = No hay ningún ticket abierto.
tickets-title = { $count ->
        [one] *{ $count } ticket abierto*
       *[other] *{ $count } tickets abiertos*, primero el más antiguo
    }
ticket-line = *{ $code }*, { $stands }, lee { $reads }
ticket-waits = espera desde { $since }
ticket-answered = respondido
ticket-reads-english = inglés
ticket-reads-spanish = español
ticket-unreadable = Lo que se pasó ya no se puede leer.
tickets-more = { $count ->
        [one] Y { $count } más.
       *[other] Y { $count } más.
    }
tickets-how = Para responder, envía *responder*, el ticket y tus palabras; para terminar uno, envía *cerrar* y el ticket.
reply-how = Envía el ticket y tus palabras, así: *responder T-3F2K We found your payment*
reply-too-long = Es demasiado largo. Por favor, responde en { $most } caracteres o menos.
replied = Enviado, sobre { $code }.
replied-by-template = Enviado, sobre { $code }. Escribió por última vez hace más de un día, así que va como plantilla aprobada por WhatsApp.
close-how = Envía el ticket, así: *cerrar T-3F2K*
ticket-closed-for-staff = Cerrado: { $code }. Lo que se pasó está borrado.
no-such-ticket = Ningún ticket abierto se llama { $code }. Envía *tickets* para verlos.
not-your-own-ticket = Ese es tu propio ticket. Otra persona del equipo tiene que tomarlo.
ticket-opted-out = No se envió: quien abrió { $code } dijo STOP desde entonces.
ticket-of-another = No se envió: el número del que vino { $code } puede ser ya de otra persona.
ticket-unreachable = No se envió: ya no conozco el chat del que vino { $code }.
