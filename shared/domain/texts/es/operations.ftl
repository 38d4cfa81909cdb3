# Lo que lee el equipo de Flash, y lo que otros leen por ello.

no-such-name = En Flash no hay nadie con ese nombre.
name-not-linked-here = La cuenta de Flash con ese nombre no está vinculada a ningún chat aquí.
name-not-asked = Ahora no puedo buscar nombres de Flash. Envía el número, así: *{ $command } +18765550100*
not-your-own-chat = Ese es tu propio chat. Tiene que hacerlo otra persona del equipo.
has-a-higher-role = Ese chat es de alguien con un rol más alto que el tuyo. Solo el operador puede hacerlo.
nobody-there = No conozco a nadie con ese número.
nothing-changed = De acuerdo. No se cambió nada.

# lock, unlock
locked-for-staff = Listo. Ese chat está bloqueado hasta { $until }: no puede vincularse y su vínculo no muestra nada. Ya se lo dije. *unlock* con el número lo termina antes.
is-locked-by-staff = El equipo ya bloqueó ese chat, hasta { $until }.
locked-by-support = El soporte de Flash bloqueó este chat hasta { $until } para cuidar la cuenta. Si necesitas ayuda, escribe a support@getflash.io.
told-of-lock = El soporte de Flash bloqueó este chat por { $days } días como máximo, para cuidar la cuenta. Hasta que se desbloquee no puedes vincularte ni ver tu dinero aquí; tu dinero sigue donde estaba. Si necesitas ayuda, escribe a support@getflash.io.

# unlink user
confirm-unlink-user = ¿Terminar el vínculo de ese chat con su cuenta de Flash? Se le avisa enseguida y tendría que vincularse otra vez. Responde *SÍ* en { $minutes } minutos, o *NO*.
chat-has-no-link = Ese chat no está vinculado a ninguna cuenta de Flash.
unlinked-for-staff = Listo. El vínculo de ese chat terminó, su clave está destruida aquí y ya se lo dije.
unlinked-by-support = El soporte de Flash desconectó este chat de tu cuenta de Flash. Tu dinero sigue donde estaba. Si necesitas ayuda, escribe a support@getflash.io; envía *vincular* para conectarte otra vez.

# status
status-title = *Cómo estoy*
status-release = Versión: { $release }
status-fine = { $name }: bien
status-down = { $name }: no responde, le pregunto otra vez { $until }
status-tables = Tablas
status-sending = Envíos: activos
status-stopped = Envíos: detenidos { $since } (código { $code } de Twilio); solo el operador puede reanudarlos
status-waiting = En espera en { $name }: { $count }
status-queues-silent = Colas: no lo dicen
status-no-dead-letters = Mensajes muertos: ninguno
status-dead-letters = Mensajes muertos en { $name }: { $count }
status-nothing-overdue = Atrasado: nada
status-overdue = Atrasado: lo más viejo, hace { $minutes ->
        [one] { $minutes } minuto
       *[other] { $minutes } minutos
    }
status-today = Hoy (UTC): unos { $heard } mensajes recibidos, { $sent } enviados
status-no-failures = Fallos hoy: ninguno
status-failures = Fallos hoy, aproximadamente: { $list }
status-alerts = Chats con alerta de riesgo hoy: { $count }

# report
report-days = Envía *informe* para hoy, o *informe 7* para los últimos 7 días; 14 como máximo.
report-title = { $days ->
        [one] *Hoy (UTC)*
       *[other] *Los últimos { $days } días (UTC)*
    }
report-people = Personas nuevas: { $count }
report-links = Vínculos: { $made } hechos, { $ended } terminados
report-messages = Mensajes, aproximadamente: { $heard } recibidos, { $sent } enviados ({ $notices } de ellos avisos)
report-commands = Comandos, aproximadamente: { $list }
report-failures = Fallos, aproximadamente: { $list }
report-none = ninguno
report-news = Noticias de Flash: { $told } enviadas, { $held } aplazadas, { $muted } no enviadas
report-feedback = Opiniones: { $good } buenas, { $bad } malas, { $words } con palabras
report-tickets = Consultas: { $opened } abiertas, { $answered } respuestas, { $closed } cerradas
report-safety = Bloqueos: { $locks } · alertas de riesgo: { $alerts } · comandos del equipo rechazados: { $refused }
report-opting = STOP: { $out } · START: { $in } · borrados: { $erased }
report-day = { $day }: { $people } nuevas, vínculos +{ $made } −{ $ended }, unos { $heard } recibidos, { $sent } enviados

# announce
announce-how = *anunciar* y las palabras hacen un borrador de una noticia sobre el servicio de Flash, que muestro y cuento antes de enviar nada. *anunciar es:* y las palabras le dan una versión en español, *anunciar status* dice cuánto ha avanzado y *anunciar stop* lo termina.
announcement-none = No ha habido ningún anuncio en los últimos { $days } días.
announcement-draft-waits = Hay un borrador que no se envió.
announcement-running = Se está enviando: { $told } de unas { $readers } hasta ahora. *anunciar stop* lo termina.
announcement-was-stopped = El último anuncio se detuvo después de { $told } de unas { $readers }.
announcement-done = El último anuncio llegó a { $told }.
announcement-stopped = Detenido. { $told } lo tienen o lo reciben en un minuto; nadie más.
nothing-to-stop = No se está enviando ningún anuncio.
announcement-runs = Se está enviando un anuncio. Espera a que termine, o envía antes *anunciar stop*.
announcement-too-long = Es demasiado largo: { $most } caracteres como máximo.
announce-english-first = Envía primero el anuncio y después su versión en español: *anunciar* y las palabras.
nobody-to-tell = Nadie ha aceptado avisos, así que no hay a quién enviarlo.
announcement-draft = Esto iría a { $count ->
        [one] { $count } persona que aceptó avisos:
       *[other] { $more ->
            [yes] más de { $count } personas que aceptaron avisos:
           *[no] unas { $count } personas que aceptaron avisos:
        }
    }

    { $text }

    { $spanish ->
        [none] Quien lee español recibe las mismas palabras; *anunciar es:* y las palabras le dan las suyas.
       *[other] Y a quien lee español:

    { $spanish }
    }

    Solo para noticias del propio servicio, como interrupciones y seguridad: aquí WhatsApp no permite publicidad. Responde *SÍ* en { $minutes } minutos para enviarlo, o *NO*.
announcement-starts = Va en camino a unas { $count } personas. *anunciar status* dice cuánto ha avanzado, *anunciar stop* lo termina.
another-draft = Ese borrador ya no es el último. Envía otra vez *anunciar* y las palabras.
service-notice = 📢 Noticias del servicio de Flash: { $text }

    Para no recibir más, envía *notificaciones*.
