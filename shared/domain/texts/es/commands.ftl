# Cada comando en una línea, como lo lista la ayuda, y completo, como lo cuenta cuando se le pregunta por él; la palabra
# con la que se escribe en español, y ejemplos donde los del registro llevan palabras en inglés.

command-balance = ver lo que hay en tu billetera
    .help = Muestra lo que hay en tu billetera de Flash, en tu moneda y en dólares de EE. UU., y a qué hora lo miré.
    .word = saldo
command-refresh = mirar tu saldo de nuevo
    .help = Le pregunta a Flash otra vez por tu saldo, en lugar de la cifra que tengo de hace un momento.
    .word = actualizar
command-currency = elegir la moneda que muestro
    .help = Fija la moneda en la que muestro tu saldo. Tu dinero queda igual: solo cambia la cifra. Sin código, te digo cuál está puesta.
    .word = moneda
command-price = cuánto cuesta un bitcoin ahora
    .help = Muestra cuánto cuesta un bitcoin en este momento, en tu moneda, y de cuándo es la cifra.
    .word = precio
command-history = ver tus pagos
    .help = Muestra tus últimos pagos, primero el más nuevo: + es dinero que recibiste, − es dinero que enviaste. Con un número detrás, muestra esa cantidad.
    .word = historial
command-more = ver pagos más antiguos
    .help = Después de una lista de pagos, muestra los que vinieron antes.
    .word = más
command-transaction = ver un pago en detalle
    .help = Muestra un pago de la última lista que viste, por su número: el monto, la comisión, la nota y la hora.
    .word = pago
command-receive = que alguien te pague
    .help = Te da un enlace con el que cualquiera puede pagarte. Con un monto, también hace un código de pago con una imagen para escanear; lo que escribas después del monto es una nota para quien paga.
    .word = cobrar
    .examples =
        cobrar
        cobrar 5
        cobrar 5.50 almuerzo
command-request = pedirle dinero a alguien
    .help = Le pide a otra persona de Flash que te pague, por su nombre de usuario. Esa persona decide; nunca se le quita nada a nadie.
    .word = pedir
    .examples =
        pedir 20 de @sunombre por el almuerzo
        pedir 5.50 @sunombre
command-requests = ver quién le pidió dinero a quién
    .help = Muestra las solicitudes que siguen abiertas: las que te hicieron y las que hiciste.
    .word = solicitudes
command-decline = decir que no a una solicitud
    .help = Le avisa a quien te pidió que no pagarás esa solicitud.
    .word = rechazar
command-withdraw = retirar una solicitud tuya
    .help = Retira una solicitud que hiciste, para que nadie la pague por error.
    .word = retirar
command-block = no recibir más solicitudes de alguien
    .help = Ya no recibes solicitudes de dinero de esa persona. No se le avisa.
    .word = bloquear
    .examples =
        bloquear @sunombre
        bloquear 3F2K
command-unblock = permitir que alguien te pida otra vez
    .help = Esa persona puede volver a pedirte dinero.
    .word = desbloquear
    .examples =
        desbloquear @sunombre
command-blocked = ver a quién bloqueaste
    .help = Muestra las personas cuyas solicitudes no quieres.
    .word = bloqueados
command-link = conectar tu cuenta de Flash
    .help = Te da una página en la que inicias sesión en Flash. La página muestra un código; envíamelo aquí y podré mostrarte tu saldo, tus pagos y tu nombre de usuario. Nunca puedo mover tu dinero.
    .word = vincular
command-verify = terminar de vincular con el código de la página
    .help = La página muestra un código de seis cifras. Envíalo aquí, y tu cuenta queda vinculada solo a este chat.
    .word = verificar
command-unlink = desconectar tu cuenta de Flash
    .help = Desconecta tu cuenta de Flash de este chat y borra la llave con la que la leo. Antes te pregunto. Tu dinero sigue en Flash.
    .word = desvincular
command-account = ver qué dice Flash de tu cuenta
    .help = Muestra tu nombre de usuario de Flash, tu nivel, tu moneda y desde cuándo está vinculada.
    .word = cuenta
command-username = ver cómo te pueden pagar
    .help = Muestra tu nombre de usuario de Flash, y la dirección y el enlace con los que otros pueden pagarte.
    .word = usuario
command-limits = ver cuánto puedes enviar
    .help = Muestra los límites que Flash le pone a tu cuenta, y cuánto te queda.
    .word = límites
command-language = elegir español o inglés
    .help = Fija el idioma en el que escribo. Sin idioma detrás, te digo cuál está puesto.
    .word = idioma
command-english = que te responda en inglés
    .help = Desde entonces te respondo en inglés.
    .word = inglés
command-spanish = que te responda en español
    .help = Desde entonces te respondo en español.
    .word = español
command-privacy = qué guardo, y cómo verlo o borrarlo
    .help = Te dice qué guardo de ti y por qué, quién lo ve y por cuánto tiempo.
    .word = privacidad
command-export-my-data = ver todo lo que guardo de ti
    .help = Te da una página en la que puedes guardar todo lo que tengo de ti.
    .word = exportar mis datos
command-delete-my-data = hacer que se borre
    .help = Borra lo que guardo de ti y desconecta tu cuenta de Flash. Antes te pregunto.
    .word = borrar mis datos
command-notifications = elegir qué avisos recibes, y cuándo
    .help = Muestra qué avisos de tu cuenta te escribo sin que me lo pidas, y cuándo, y lo cambia. La primera vez te pregunta si puedo. Puedes cambiar de opinión cuando quieras.
    .word = notificaciones
    .examples =
        notificaciones
        notificaciones no
        notificaciones enviados no
        notificaciones mínimo 5
        notificaciones silencio 10pm-7am
        notificaciones cada día
        notificaciones pausa 1 día
command-question = preguntar algo con tus palabras
    .help = Lo que escribas detrás lo responde un asistente automático. No puede ver tu cuenta ni hacer nada por ti.
    .word = pregunta
    .examples =
        pregunta cómo recibo dinero
command-forget = que el asistente olvide lo que preguntaste
    .help = El asistente olvida lo que preguntaste y lo que respondió. Después de un día lo hace solo.
    .word = olvidar
command-problem = orientarte cuando algo no va bien
    .help = Pregunta paso a paso qué no va bien, y te lleva a una respuesta, a un comando o a una persona.
    .word = problema
    .examples =
        problema
        problema teléfono perdido
command-agent = hablar con una persona de Flash
    .help = Pasa una pregunta a la gente de Flash, que responde en este chat. Antes ves todo lo que ellos verían, y te pregunto.
    .word = agente
    .examples =
        agente
        agente mi pago no ha llegado
command-person = lo mismo
    .help = Pasa una pregunta a la gente de Flash, como *agente*.
    .word = persona
command-assistant = aceptar respuestas de un asistente, o no
    .help = Te pregunta si un asistente puede responder lo que escribas con tus palabras. Puedes cambiar de opinión cuando quieras.
    .word = asistente
command-alerts = aceptar alertas de seguridad después de stop, o no
    .help = Te pregunta si quieres alertas de seguridad de tu cuenta aunque mis otros mensajes estén detenidos.
    .word = alertas
command-stop = no recibir de mí más que respuestas
    .help = Ya no recibes de mí nada que no acabes de pedir. Tu cuenta sigue vinculada, y te sigo respondiendo.
    .word = stop
command-start = recibir otra vez mis mensajes
    .help = Deshace un stop: puedo volver a escribirte cuando haya novedades.
    .word = start
command-cancel = terminar lo que está abierto
    .help = Termina lo que está abierto: una pregunta que espera tu respuesta, o una vinculación que empezaste.
    .word = cancelar
command-back = salir de una pregunta
    .help = Sale de una pregunta sin responderla. Si no hay ninguna abierta, te lleva a la ayuda.
    .word = volver
command-help = lo que puedo hacer
    .help = Muestra lo que puedo hacer. Con un tema o un comando detrás, te cuenta más sobre eso.
    .word = ayuda
command-feedback = dile al equipo de Flash qué piensas
    .help = Lo que escribas detrás llega a la gente de Flash, con tus palabras. Por favor, no pongas ningún código ni contraseña.
    .word = opinión
    .examples =
        opinión Me gusta el historial
command-thanks = ser amable
    .help = Me alegra ayudarte.
    .word = gracias
command-user = cómo está ese chat
    .help = Muestra cómo está el chat de ese número: vinculado o no, bloqueado o no. No muestra nombre, cuenta ni monto, y queda registrado.
    .word = user
command-lock = bloquear ese chat
    .help = Bloquea el chat de ese número, para que allí no sirva ningún código. Queda registrado.
    .word = lock
command-unlock = quitar el bloqueo de ese chat
    .help = Quita el bloqueo de ese chat y avisa a su dueño. Queda registrado.
    .word = unlock
command-unlink-user = terminar el vínculo de ese chat
    .help = Desconecta la cuenta de ese chat, después de preguntarte una vez, y avisa a su dueño. Queda registrado.
    .word = unlink user
command-tickets = lo que la gente pasó al soporte
    .help = Muestra los tickets abiertos, primero el más antiguo: lo que cada cliente aceptó pasar. Queda registrado.
    .word = tickets
command-reply = responder a un ticket
    .help = Escribe al cliente de ese ticket, en nombre del soporte de Flash. Queda registrado.
    .word = responder
command-close = terminar un ticket
    .help = Cierra ese ticket, borra lo que se pasó y avisa a su cliente. Queda registrado.
    .word = cerrar
command-status = cómo está el bot
    .help = Muestra cada servicio que el bot necesita, lo que espera ser enviado y los últimos errores.
    .word = estado
command-report = los últimos días en cifras
    .help = Muestra personas, vínculos, mensajes, comandos y fallos, por día.
    .word = informe
command-ai = cómo le va al asistente
    .help = Muestra cuántas preguntas se respondieron, de dónde, y qué piensa la gente. *ia apagar* deja sin preguntas al modelo hasta *ia encender*; queda registrado.
    .word = ia
    .examples =
        ia informe
        ia informe 7
        ia apagar
        ia encender
command-announce = escribir a quienes aceptaron
    .help = Escribe a quienes lo aceptaron: primero ves el texto y el número de personas, y te pregunto. Se puede detener.
    .word = anunciar
    .examples =
        anunciar Payments are slow today; we are working on it
        anunciar es: Los pagos tardan hoy; lo estamos arreglando
        anunciar status
        anunciar stop
