# Lo que no es de un solo tema: recibir mensajes o no, y lo que salió mal.

-support = support@getflash.io

opted-out =
    Listo. De ahora en adelante no te envío nada que no acabes de pedir, ni siquiera alertas de seguridad.{ $cancelled ->
        [yes] {" "}También cancelé el vínculo que habías empezado.
       *[no] {""}
    }{ $linked ->
        [yes] {" "}Tu cuenta de Flash sigue vinculada: envía *desvincular* para desconectarla, o *alertas* para seguir recibiendo sus alertas de seguridad.
       *[no] {""}
    }

    Cuando me escribas, te sigo respondiendo. Envía *START* para volver a recibir mis mensajes.
opted-in = ¡Qué bueno tenerte de vuelta! Te escribiré otra vez cuando haya novedades, como una alerta de seguridad. Envía *STOP* cuando quieras para que deje de hacerlo.
missed-start = Perdona, no estaba cuando enviaste START. Para saber que todavía quieres mis mensajes, por favor envía *START* una vez más.
how-to-start = { $alerts ->
        [yes] Salvo las alertas de seguridad, mis mensajes para ti están detenidos.
       *[no] Mis mensajes para ti están detenidos.
    } Envía *START* para volver a recibirlos.
how-to-stop = Envía *STOP*, solo esa palabra, si no quieres más mensajes: te escribiré solo cuando tú lo hagas. Para elegir qué avisos recibes, envía *notificaciones*.
nothing-open = No hay nada abierto que cancelar.{ $stopped ->
        [yes] {""}
       *[no] {" "}Si solo quieres recibir respuestas, envía *STOP*.
    }

flooded = Enviaste muchos mensajes en poco tiempo, así que no responderé durante { $pause }. Con el último no hice nada. Después, por favor, escríbeme otra vez lo que necesitas.
rest-left-out = _Era demasiado largo para un chat, así que dejé fuera el resto._
nothing-to-confirm = No hay nada que espere tu respuesta. Envía *ayuda* para ver lo que puedo hacer.
old-button = Ese botón es de un mensaje anterior y ya no funciona. Envía *ayuda* para ver lo que puedo hacer.
missed-command = Perdona, no estaba cuando pediste eso. Para saber que eres tú, por favor envía *{ $command }* una vez más.

# Un tiempo de espera, dentro de una oración.
wait-minutes = { $minutes ->
        [one] un minuto
       *[other] { $minutes } minutos
    }
wait-hours = unas horas

flash-unavailable = Flash no me responde en este momento. Por favor, envía *{ $command }* otra vez en unos minutos.
flash-busy = Flash tiene mucho que hacer en este momento. Por favor, envía *{ $command }* otra vez en { $wait }.
flash-moving = Flash está pasando tu billetera a su sistema nuevo. Por favor, envía *{ $command }* otra vez en unos minutos.
flash-declined = Flash no acepta hacer eso. Si crees que debería, por favor escribe a { -support }.
flash-needs-support = Flash tiene que revisar tu billetera antes de poder mostrarte algo. Por favor, escribe a { -support }.
flash-key-damaged = ⚠️ Algo anda mal con mi copia de la llave de tu cuenta de Flash, así que no la usé. Tu dinero sigue donde está. Envía *desvincular* y después *vincular* para conectarla de nuevo. Si esto pasa dos veces, escribe a { -support }.
