# La ayuda, de la respuesta corta a la larga, y lo que la sustituye.

help-title = *Flash en WhatsApp*
help-linked = Tu cuenta está vinculada. Puedes enviar:
help-unlinked = Vincula tu cuenta de Flash para ver tu saldo aquí. Puedes enviar:
help-linking = Empezaste a vincular tu cuenta: envíame el código que muestra la página. También puedes enviar:
help-ended = Tu vínculo con Flash llegó a su fin. Puedes enviar:
help-paused = Tu vínculo está en pausa, porque este número ahora escribe desde otro WhatsApp. Para seguir, vincula otra vez. Puedes enviar:
help-locked = Ningún código sirve en este chat hasta { $until }. Todavía puedes enviar:
help-more =
    Más: { $subjects }.
    O pregúntame con tus palabras. *problema* te orienta si algo salió mal, *agente* te lleva a una persona.
help-money = *Dinero*: lo que hay en tu billetera y lo que pasó en ella.
help-receiving = *Cobros*: cómo te pagan otros.
help-account = *Tu cuenta*: tu vínculo con Flash.
help-settings = *Ajustes*: qué te envío y cómo.
help-help = *Ayuda*: para no perderte.
help-staff = *Personal*: para el equipo de Flash.
help-about-one = Para saber más de uno, envía *ayuda* y su nombre, por ejemplo *ayuda { $command }*.
help-examples =
    Por ejemplo:
    { $examples }
help-subject-link-first = Para casi todos necesito tu cuenta de Flash: primero envía *vincular*.
help-link-first = Necesita una cuenta de Flash vinculada: primero envía *vincular*.
help-needs-proof = De vez en cuando te pido iniciar sesión en Flash una vez más antes de mostrarlo.
help-needs-staff = Solo el personal puede usarlo.
help-switched-off = Recibir pagos no está activado aquí. En la aplicación de Flash siempre te pueden pagar. Envía *ayuda* para ver lo que puedo hacer.

did-you-mean = ¿Quisiste decir *{ $typed }*? Envía *sí* y lo hago, o *ayuda* para ver todo lo que puedo hacer.
did-you-mean-typed = ¿Quisiste decir *{ $typed }*? Entonces envíalo tal cual, o *ayuda* para ver todo lo que puedo hacer.

unknown = Perdona, no entendí eso. { $next }
unknown-linked = Envía *saldo* para ver tu dinero, o *ayuda* para ver todo lo que puedo hacer.
unknown-just-linked = Tu cuenta ya está vinculada: prueba primero *saldo*, o envía *ayuda* para ver todo lo que puedo hacer.
unknown-trouble = Si quieres intentar otra vez lo que no funcionó, envía *{ $command }*, o *ayuda* para ver todo lo que puedo hacer.
unknown-unlinked = Envía *vincular* para conectar tu cuenta de Flash, o *ayuda* para ver todo lo que puedo hacer.
unknown-linking = Empezaste a vincular tu cuenta: envíame las seis cifras que muestra la página, *vincular* para otra página, o *cancelar* para dejarlo.
unknown-ended = Tu vínculo con Flash llegó a su fin: envía *vincular* para conectar otra vez, o *ayuda* para ver todo lo que puedo hacer.
unknown-paused = Tu vínculo está en pausa: envía *vincular* para conectar otra vez, o *ayuda* para ver todo lo que puedo hacer.

# Cómo se llaman los temas detrás de «ayuda».
subject-money = dinero
subject-receiving = cobros
subject-account = cuenta
subject-settings = ajustes
subject-help = ayuda
subject-staff = personal
