# El aviso de privacidad, las preguntas que le pertenecen, y lo que se muestra y se borra. Quien cambie una palabra del aviso
# o de una pregunta le da a consent::POLICY un día nuevo.

privacy-notice =
    Este es el chat de Flash. Aquí ves qué guarda, por cuánto tiempo y quién lo ve.

    _Qué se guarda_
    • Tu número o tu id de WhatsApp, cifrado: mientras haya una cuenta vinculada; si no, hasta { $stranger } días después de tu último mensaje.
    • Tu vínculo con Flash, con una llave cifrada que solo puede leer: hasta que lo desconectes, como máximo { $key } días.
    • Lo que te escribí, cifrado: { $message } días. Lo que tú escribes se atiende y no se guarda, salvo tus opiniones ({ $feedback } días) y para qué es una solicitud de dinero (hasta { $request } días después de que venza), todo cifrado.
    • Tus preguntas al asistente y sus respuestas, sin números, direcciones ni códigos, cifradas: un día. La respuesta que marques con 👎, y lo que pases a una persona de Flash, cifrado: { $message } días como máximo.
    • En qué punto está nuestra conversación: un día después de tu último mensaje, como máximo { $session } días.
    • Límites y bloqueos contra el abuso: hasta que venzan.
    • STOP, a quién bloqueaste y tus respuestas sobre lo que puedo enviarte: sin fin, para que valgan.
    • Qué avisos quieres, y cuándo: hasta que pidas borrar tus datos. Los avisos que esperan por eso, cifrados: hasta que te los dé.
    • Un registro de lo que pasó con tu vínculo, sin número ni nombre: { $audit } años.

    _Quién lo ve_
    WhatsApp y Twilio transportan nuestros mensajes y guardan sus propias copias. Amazon Web Services almacena lo que guardo. Flash responde lo que pregunto sobre tu cuenta y me dice lo que pasa en ella. La persona a quien le pides dinero ve tu nombre de usuario de Flash. Si aceptas, un servicio de inteligencia artificial, Maple, lee tus preguntas; una persona de Flash lee lo que le pases. Nadie lo recibe para publicidad.

    _Qué puedes hacer_
    Envía *exportar mis datos* para verlo todo, *borrar mis datos* para que se borre, *desvincular* para desconectar tu cuenta, o *stop* para recibir solo respuestas. Preguntas: { -support }

    _Versión { $policy }_

privacy-question =
    { $asked } Envía *SÍ* para aceptar, o *NO* para rechazar.

    _Aviso de privacidad { $policy }: envía_ *privacidad*
privacy-asks-notifications =
    ¿Puedo escribirte aquí cuando entre o salga dinero de tu cuenta, cuando alguien te pida dinero y cuando Flash tenga algo importante que decir? Recibirías esos avisos por WhatsApp y Twilio, y nada de publicidad.

    Después de un sí, envía *notificaciones* para elegir qué avisos recibes, y cuándo. Puedes retirarlo cuando quieras: envía *notificaciones no*.
privacy-asks-assistant =
    ¿Puede un servicio de inteligencia artificial, Maple, leer las preguntas que haces con tus propias palabras, para ayudarme a responderlas? Antes se quitan números, direcciones y códigos, y nunca ve tu cuenta. Si marcas una respuesta con 👎, la gente de Flash puede leerla con su pregunta.

    Sin él respondo con lo que tengo a mano. Puedes retirar un sí cuando quieras: envía *asistente* otra vez.
privacy-asks-alerts = Detuviste mis mensajes. ¿Puedo escribirte de todos modos cuando alguien intente entrar en tu cuenta de Flash? Serían solo esas alertas de seguridad y nada más, hasta que envíes *STOP* otra vez.

privacy-agreed = Aceptaste el { $date }.
privacy-agreed-before = Aceptaste el { $date }, con un aviso de privacidad anterior, así que eso ya no cuenta.
privacy-refused = Dijiste que no el { $date }.

privacy-notifications-yes = Gracias. Recibirás aquí esos avisos. Para elegir cuáles, y cuándo, envía *notificaciones*; para retirar tu sí, *notificaciones no*.
privacy-notifications-no = Está bien, ningún aviso de tu cuenta. Para cambiarlo, envía *notificaciones* otra vez.
privacy-assistant-yes = Gracias. Pregúntame con tus propias palabras. Para retirarlo, envía *asistente* otra vez.
privacy-assistant-no = Está bien, tus preguntas se quedan aquí, y respondo con lo que tengo a mano. Para cambiarlo, envía *asistente* otra vez.
privacy-alerts-yes = Gracias. Te seguiré escribiendo cuando alguien intente entrar en tu cuenta de Flash. Envía *STOP* para terminar también con eso.
privacy-alerts-no = Está bien, tampoco alertas de seguridad. Para cambiarlo, envía *alertas* otra vez.

privacy-alerts-anyway = Ya recibes las alertas de seguridad. Si un día envías *STOP*, después puedes enviar *alertas* para seguir recibiéndolas.
privacy-changed = Mi aviso de privacidad cambió, así que lo que aceptaste con el anterior ya no cuenta. Envía *privacidad* para leer el nuevo. Para responder otra vez, envía { $commands }.
privacy-or = { $one } o { $other }

question-unlink-timed-out = _Te había preguntado si desconecto tu cuenta de Flash. Esa pregunta venció, y no cambió nada._
question-erasure-timed-out = _Te había preguntado si borro lo que guardo de ti. Esa pregunta venció, y no borré nada._
question-consent-timed-out = _Te había preguntado qué aceptas. Esa pregunta venció, y tu respuesta queda como estaba._
question-person-timed-out = _Te había preguntado si paso algo a una persona de Flash. Esa pregunta venció, y nadie lo recibió._
question-timed-out = _Te había preguntado algo. Esa pregunta venció, y no cambió nada._
question-closed = Está bien, retiré esa pregunta. No cambió nada.
question-yes-or-no = Por favor, envía *SÍ* o *NO* a mi pregunta, o *cancelar* para dejarla.

export-page =
    En esta página puedes guardar en un archivo todo lo que tengo de ti:
    { $url }

    Funciona durante { $minutes } minutos. No se la pases a nadie. En resumen: { $linked ->
        [yes] tu cuenta de Flash está vinculada desde el { $since }
       *[no] no hay ninguna cuenta de Flash vinculada
    }; también está lo que te escribí en los últimos { $days } días, tus respuestas sobre lo que puedo enviarte, lo que preguntaste al asistente en el último día, tus opiniones con las respuestas que marcaste con 👎, las solicitudes de dinero, los límites que valen para este chat y el registro de lo que pasó.
export-of-another = Este número ahora escribe desde otra cuenta de WhatsApp, así que no puedo mostrar lo que guardo de antes. Envía *borrar mis datos* para que se borre.
missed-export = Perdona, no estaba cuando pediste tus datos. Para saber que eres tú, por favor envía *exportar mis datos* una vez más.

confirm-erasure =
    ¿Borrar lo que guardo de ti? Se va tu número,{ $linked ->
        [yes] {" "}el vínculo con tu cuenta de Flash y su llave,
       *[no] {""}
    } nuestra conversación, qué avisos quieres y cuándo, y todo lo que te escribí. No se puede recuperar. Tu dinero y tu cuenta de Flash quedan como están.

    Lo que queda: STOP, a quién bloqueaste y tus respuestas sobre lo que puedo enviarte, límites y bloqueos hasta que venzan, y durante { $years } años un registro de lo que pasó con tu vínculo, sin número ni nombre.

    Envía *SÍ* para borrarlo, o *NO* para dejarlo.
erased =
    Listo. Borré tu número{ $linked ->
        [yes] , el vínculo con tu cuenta de Flash y su llave
       *[no] {""}
    }, nuestra conversación, y qué avisos quieres y cuándo. Lo que te escribí se está borrando ahora; este mensaje se borra dentro de dos horas.

    Guardo, para que valga:
    • STOP, a quién bloqueaste y tus respuestas sobre lo que puedo enviarte
    • límites y bloqueos, hasta que venzan
    • un registro de lo que pasó con tu vínculo, sin número ni nombre, durante { $audit } años, como se guardan los registros de dinero
    • ids de tus mensajes, { $ids } días, para no atender ninguno dos veces

    Copias en otros lugares:
    • WhatsApp y Twilio guardan nuestros mensajes por su cuenta, Twilio { $twilio } días o lo que Flash haya fijado.{ $key }
    • Las copias de respaldo terminan a los { $backup } días. Los registros técnicos no tienen ni número ni texto.

    Si escribes otra vez, empezamos de nuevo.
erased-key = • Flash todavía muestra esa llave en su lista, sin uso, hasta el { $until }.
nothing-erased = Está bien, no borré nada.
