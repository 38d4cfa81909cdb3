# Pedir dinero a alguien, y que te lo pidan.

requests-off = Aquí todavía no se puede pedir dinero.
request-how = Puedes pedirle dinero a alguien que tenga Flash. Envía el monto y su nombre de usuario, así: *pedir 20 de @sunombre por el almuerzo*. La otra persona decide si paga; yo nunca tomo dinero de nadie.
request-amount = { $why } Envíalo así: *pedir 20 de @sunombre por el almuerzo*
request-other-currency = Pide en dólares de EE. UU., así: *pedir 20 de @sunombre por el almuerzo*
request-whom = ¿A quién se lo pido? Envía el monto y su nombre de usuario de Flash con la @, así: *pedir 20 de @sunombre por el almuerzo*
request-no-name = Ese no es un nombre de usuario de Flash: tienen de 3 a 50 letras, números y guiones bajos. Envíalo así: *pedir 20 de @sunombre por el almuerzo*
request-memo-long = Es demasiado largo. Di para qué es en { $most } caracteres.
request-memo-posing = Di para qué es sin números de teléfono y sin palabras como código o soporte de Flash.
request-again = pedir { $amount } de @{ $who }
request-again-for = pedir { $amount } de @{ $who } por { $memo }
request-needs-username = Primero necesitas un nombre de usuario, para que te puedan pagar. Elígelo en la app de Flash, en Ajustes, y envía *pedir* otra vez.
request-nobody = Flash no conoce a nadie que se llame { $who }. Revisa cómo se escribe.
request-yourself = Ese eres tú. Envía el nombre de usuario de otra persona, así: *pedir 20 de @sunombre por el almuerzo*
request-room-person =
    { $most ->
        [one] Hiciste { $most } solicitud a { $who } que está abierta o es de las últimas 24 horas, y no acepto más.
       *[other] Hiciste { $most } solicitudes a { $who } que están abiertas o son de las últimas 24 horas, y no acepto más.
    } Envía *solicitudes* para ver las tuyas.
request-room-today =
    { $most ->
        [one] Hiciste { $most } solicitud en un día, y no acepto más.
       *[other] Hiciste { $most } solicitudes en un día, y no acepto más.
    } Inténtalo mañana.

request-noted =
    Anoté tu solicitud *{ $code }*: { $money } de { $who }{ $for }. Si puedo escribirle a { $who } por aquí, la recibe ahora.

    También puedes enviarle este enlace para que te pague: { $page }

    Está abierta hasta el { $until }. Envía *retirar { $code }* para retirarla, o *solicitudes* para ver todas las tuyas.
request-for = , por “{ $memo }”
request-for-you =
    { $who } te pide *{ $money }*{ $for }.
    Lo escribió esa persona, no Flash. Nadie de Flash pide nunca un código.

    Si quieres pagar, usa su enlace: { $page }
    De tu cuenta no sale nada si no lo pagas tú. Hazlo solo si sabes quién es.

    Si no, envía *rechazar { $code }*; o *bloquear { $code }* para no recibir más solicitudes de { $who }.

requests-none = No hay solicitudes tuyas ni para ti. Pídele a alguien así: *pedir 20 de @sunombre por el almuerzo*
requests-to-you = _Te piden_
requests-from-you = _Tú pides_
requests-row-to-you = *{ $code }* · { $who }: { $money }{ $for } · { $state }
requests-row-from-you = *{ $code }* · { $who }: { $money }{ $for } · { $state }
requests-page = Para pagar: { $page }
requests-more = … y { $count } más
requests-how-to-you = Envía *rechazar { $code }* o *bloquear { $code }* con el código de la solicitud.
requests-how-from-you = Envía *retirar { $code }* con el código de la solicitud para retirarla.
request-open = hasta el { $until }
request-declined = rechazada
request-withdrawn = retirada
request-paid = pagada
request-expired = vencida
request-ended = terminada

request-which-decline = ¿Cuál solicitud? Envía *solicitudes* para ver los códigos y luego, por ejemplo, *rechazar 3F2K*
request-which-withdraw = ¿Cuál solicitud? Envía *solicitudes* para ver los códigos y luego, por ejemplo, *retirar 3F2K*
request-unknown = No conozco ninguna solicitud { $code } tuya. Envía *solicitudes* para ver las que hay.
request-yours = { $code } es una solicitud tuya. Envía *retirar { $code }* para retirarla.
request-theirs = { $code } es una solicitud para ti. Envía *rechazar { $code }* si no la quieres pagar.
request-is-over =
    { $state ->
        [declined] La solicitud { $code } ya fue rechazada.
        [withdrawn] La solicitud { $code } fue retirada.
        [paid] La solicitud { $code } fue pagada.
        [expired] La solicitud { $code } venció.
       *[ended] La solicitud { $code } terminó.
    } No queda nada por hacer con ella.
request-declined-now = Rechazada. No se te volverá a pedir la solicitud { $code }.
request-was-declined = Tu solicitud de { $money } a { $who } ({ $code }) fue rechazada. Envía *solicitudes* para ver las tuyas.
request-somebody-declined = Tu solicitud de { $money } ({ $code }) fue rechazada. Envía *solicitudes* para ver las tuyas.
request-withdrawn-now = Retirada: la solicitud { $code } a { $who } terminó. Si tú le enviaste un enlace, sigue funcionando.

block-whom = Envía *bloquear* con el código de una solicitud o con un nombre de usuario, así: *bloquear @sunombre*
block-yourself = Ese eres tú, y de todos modos no puedes pedirte dinero.
block-done = Bloqueado. Las solicitudes de { $who } ya no te llegan, y no se le avisa. Envía *desbloquear { $who }* para deshacerlo, o *bloqueados* para ver a quién bloqueaste.
block-too-many = Bloqueaste a { $most } personas, y no puedo recordar más. Envía *bloqueados* para verlas y desbloquea a una primero.
unblock-whom = Envía *desbloquear* con un nombre de usuario, así: *desbloquear @sunombre*
unblock-done = { $who } puede pedirte dinero otra vez.
unblock-nothing = No bloqueaste a { $who }. Envía *bloqueados* para ver a quién bloqueaste.
blocked-nobody = No bloqueaste a nadie. Si te molestan las solicitudes de alguien, envía *bloquear* con su nombre de usuario, así: *bloquear @sunombre*
blocked-title = A quién bloqueaste:
blocked-row = • { $who }, desde el { $since }
blocked-unnamed = alguien cuyo nombre ya no guardo
blocked-how = Envía *desbloquear* con el nombre de usuario para deshacerlo, así: *desbloquear @sunombre*
