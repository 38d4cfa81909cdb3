# Lo que lee el equipo de Flash, y lo que otros leen por su causa.

for-staff-only = Solo el equipo de soporte de Flash puede hacer eso. Si necesitas ayuda, escribe a { -support }, o envía *ayuda* para ver lo que puedo hacer por ti.
for-admins-only = Solo alguien del equipo de Flash con rol de administración puede hacer eso. Envía *ayuda personal* para ver lo que puedes tú.
staff-example = El número tiene que estar completo, con su signo de más. Envíalo así: *{ $command } +18765550100*
not-your-own-lock = Ese es tu propio chat. Otra persona del equipo tiene que desbloquearlo.
is-not-locked = Ese chat no está bloqueado, y sus códigos no están en pausa.
unlocked-for-staff = Listo. Ese chat puede vincular otra vez, y se lo dije. Si se bloquea de nuevo, será por más tiempo.
unlocked-by-support = El soporte de Flash quitó el bloqueo de este chat. Envía *vincular* para empezar otra vez.

chat-unknown = No conozco a nadie con ese número.
chat-for-staff =
    Ese chat:
    Vinculado: { $linked }
    Bloqueado: { $locked }
    Bloqueos hasta ahora: { $locks }
    Códigos en pausa: { $paused }
    Códigos incorrectos en { $window } minutos: { $wrong }
    Códigos mostrados en la última hora: { $shown }
    Riesgo: { $risk }
    Mensajes detenidos: { $stopped }
    Escribió por última vez: { $heard }
chat-no = no
chat-until = hasta { $at }
chat-since = desde el { $at }
chat-linked = desde el { $since } hasta el { $until }
chat-link-ended = terminó el { $at }
chat-not-heard = no en el último día
chat-risk = { $score }{ $level ->
        [step-up] , pide iniciar sesión otra vez
        [alert] , alerta
       *[calm] {""}
    } ({ $reasons })

sign-wrong-code = { $times } × código incorrecto
sign-locked = { $times } × bloqueo
sign-codes-paused = { $times } × demasiados códigos pedidos
sign-page-again = { $times } × página pedida otra vez
sign-flooded = { $times } × avalancha de mensajes
sign-probed = { $times } × código escrito donde ninguno esperaba
sign-staff-refused = { $times } × intento de un comando del equipo
sign-key-refused = { $times } × llave desconocida en una página de vínculo
sign-sought = { $times } × cuenta buscada por muchos chats
sign-unknown = { $times } × algo más nuevo de lo que conozco
