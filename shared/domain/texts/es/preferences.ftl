# Qué avisos recibe alguien, y cuándo: cómo está, y qué resultó de un cambio.

preferences-title = Los avisos que recibes de tu cuenta de Flash:
preferences-row = • { $line }
preferences-how = Para cambiar algo, elige abajo o envía por ejemplo *notificaciones enviados no*. Para no recibir ningún aviso, envía *notificaciones no*.
preferences-alerts = Las alertas de seguridad no se pueden apagar aquí. Llegan enseguida, también en horas de silencio.
preferences-none-come = { $line }. Pero todavía no aceptaste recibir avisos, así que por ahora no llega ninguno.
preferences-done = Listo. { $line }.

preferences-received =
    Pagos recibidos: { $on ->
        [yes] sí
       *[no] no
    }
    .typed =
        notificaciones recibidos { $on ->
            [yes] sí
           *[no] no
        }
preferences-requests =
    Solicitudes de dinero: { $on ->
        [yes] sí
       *[no] no
    }
    .typed =
        notificaciones solicitudes { $on ->
            [yes] sí
           *[no] no
        }
preferences-sent =
    Pagos enviados: { $on ->
        [yes] sí
       *[no] no
    }
    .typed =
        notificaciones enviados { $on ->
            [yes] sí
           *[no] no
        }
preferences-balance =
    Otros cambios de tu saldo: { $on ->
        [yes] sí
       *[no] no
    }
    .typed =
        notificaciones saldo { $on ->
            [yes] sí
           *[no] no
        }
preferences-news =
    Noticias de Flash: { $on ->
        [yes] sí
       *[no] no
    }
    .typed =
        notificaciones noticias { $on ->
            [yes] sí
           *[no] no
        }
preferences-minimum = Monto mínimo de pagos: { $money }
preferences-minimum-none = Monto mínimo de pagos: ninguno
preferences-quiet = Horas de silencio: de { $from } a { $until }, hora de { $zone }
preferences-quiet-none = Horas de silencio: ninguna
preferences-zone = Zona horaria: { $zone } (ahora { $time })
preferences-often =
    Frecuencia: { $often ->
        [hourly] juntos, a cada hora en punto
        [daily] juntos a las { $evening }, una vez al día
       *[instant] al instante
    }
preferences-paused = En pausa hasta: { $until }
preferences-not-paused = Sin pausa

preferences-after-minimum = De las solicitudes de dinero te aviso sin importar el monto.
preferences-after-quiet = Los avisos esperan hasta que terminen.
preferences-after-pause = De lo que pase hasta entonces no te aviso después: envía *historial* para verlo. Para terminar la pausa, envía *notificaciones reanudar*.

preferences-about-topic = { $line }. Para cambiarlo, envía *{ $switch }*.
preferences-about-minimum = { $line }. Para recibir avisos solo de pagos desde un monto, en dólares de EE. UU., envía por ejemplo *notificaciones mínimo 5*; para recibirlos todos, *notificaciones mínimo no*.
preferences-about-quiet =
    { $line }. En horas de silencio los avisos esperan hasta que terminen. Para fijarlas, envía por ejemplo *notificaciones silencio 10pm-7am*; para quitarlas, *notificaciones silencio no*.

    { $zone }. Para cambiarla, envía por ejemplo *notificaciones zona Santo Domingo*.
preferences-about-zone = { $line }. Para cambiarla, envía una ciudad grande de allí, por ejemplo *notificaciones zona Santo Domingo*.
preferences-about-often = { $line }. Para cambiarla, envía *notificaciones al instante*, *notificaciones cada hora* o *notificaciones cada día*.
preferences-about-pause = { $line }. Para no recibir avisos por un tiempo, envía por ejemplo *notificaciones pausa 1 día* o *notificaciones pausa hasta mañana*.

preferences-on-or-off = Después va sí o no. Envía *{ $on }* o *{ $off }*.
preferences-not-an-amount = { $why } Envíalo así: *notificaciones mínimo 5*
preferences-other-currency = Eso lo cuento en dólares de EE. UU. Envíalo así: *notificaciones mínimo 5*
preferences-hours = No sé con seguridad a qué horas te refieres. Envíalas con am y pm, así: *notificaciones silencio 10pm-7am*
preferences-no-hours = Las horas de silencio no pueden terminar cuando empiezan. Envíalas así: *notificaciones silencio 10pm-7am*. Para no recibir avisos por un tiempo, envía *notificaciones pausa 1 día*.
preferences-zone-unknown = No conozco ese lugar. Envía una ciudad grande de tu zona horaria, así: *notificaciones zona Santo Domingo*
preferences-zones = Hay más de un lugar con ese nombre. Envía el que quieres decir: { $choices }
preferences-zone-choice = *notificaciones zona { $zone }*
preferences-often-unknown = Conozco tres maneras. Envía *notificaciones al instante*, *notificaciones cada hora* o *notificaciones cada día*.
preferences-too-seldom = Los avisos llegan al instante, cada hora o una vez al día; menos seguido no puedo. Para recibirlos una vez al día, envía *notificaciones cada día*.
preferences-security = Las alertas de seguridad están siempre activas: te avisan enseguida si otra persona puede estar en tu cuenta, para que puedas impedirlo. Todos los demás avisos los puedes apagar: envía *notificaciones no*.
preferences-pause-unclear = No sé por cuánto tiempo. Envíalo así: *notificaciones pausa 1 día*
preferences-pause-too-long =
    { $days ->
        [one] Una pausa dura como máximo { $days } día.
       *[other] Una pausa dura como máximo { $days } días.
    } Para no recibir avisos hasta que digas otra cosa, envía *notificaciones no*.
