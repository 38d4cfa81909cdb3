# Vincular una cuenta de Flash, y lo que requiere un vínculo.

-to-see-money = Envía *saldo* para ver tu dinero, o *desvincular* cuando quieras desconectarla.
-if-not-you = Si no fuiste tú, escribe a { -support }.

link-first = Primero vincula tu cuenta de Flash: envía *vincular* y te muestro cómo.
link-page =
    Para vincular tu cuenta de Flash, abre esta página e inicia sesión en Flash:
    { $url }

    Funciona durante { $minutes } minutos, solo para este chat. Te mostrará un código para que me lo envíes. Después podré ver tu saldo, tus pagos y tu nombre de usuario, pero nunca mover tu dinero.
renewal-page =
    Tu vínculo con Flash dura hasta el { $until }. Para renovarlo ahora, abre esta página e inicia sesión en Flash una vez más:
    { $url }

    Funciona durante { $minutes } minutos, solo para este chat. Te mostrará un código para que me lo envíes.
no-flash-account = No encontré ninguna cuenta de Flash con este número. Descarga la app de Flash en https://getflash.io/app y regístrate con este número. Después envía *vincular* otra vez.
already-linked = Tu cuenta de Flash ya está vinculada, hasta el { $until }. Envía *saldo* para ver tu dinero, o *desvincular* para desconectarla.
linked =
    ✅ ¡Listo! Tu cuenta de Flash está conectada a este chat.

    { -to-see-money }
moved-here =
    ✅ ¡Listo! Tu cuenta de Flash ahora está conectada a este chat, y el chat que la tenía quedó desconectado.

    { -to-see-money }
renewed =
    ✅ ¡Renovado! Tu cuenta de Flash sigue vinculada hasta el { $until }.

    { -to-see-money }
not-linked = No hay ninguna cuenta de Flash vinculada a este chat. Envía *vincular* para conectar la tuya.
linking-cancelled = Cancelé el vínculo que habías empezado y borré la llave que esperaba su código. No se vinculó nada. Envía *vincular* para empezar otra vez.

wrong-code = Ese código no es correcto. Te { $left ->
        [one] queda 1 intento
       *[other] quedan { $left } intentos
    }. Mira la página otra vez y envía *verificar* y los 6 dígitos.
code-destroyed = Ese código no es correcto, y era el último intento. El código de la página ya no sirve. Envía *vincular* para empezar otra vez.
malformed-code = Un código tiene 6 dígitos. Envíalo así: *verificar 123456*
no-code-waiting = Este chat no espera ningún código. Puede que haya vencido o que ya se usara. Envía *vincular* para recibir uno nuevo.
code-ran-out = Tu código venció y no se vinculó nada. Envía *vincular* cuando quieras intentarlo otra vez.
codes-paused = Pediste varios códigos en poco tiempo. Para proteger la cuenta, puedes pedir el próximo a partir de esta hora: { $until }. Entonces envía *vincular*.
chat-locked = Demasiados códigos incorrectos. Para proteger la cuenta, este chat no puede vincular nada hasta esta hora: { $until }. Después, envía *vincular* para empezar otra vez.
locked-for-misuse = Demasiadas cosas aquí parecen de alguien que prueba puertas. Para proteger la cuenta, este chat no puede vincular nada hasta esta hora: { $until }. Si necesitas ayuda, escribe a { -support }.

linked-elsewhere = Esta cuenta de Flash está vinculada a otro chat de WhatsApp, y una cuenta solo puede tener uno. Para traerla aquí, envía *vincular* otra vez: la página te preguntará si quieres hacerlo.
owner-linked-elsewhere =
    ⚠️ Alguien inició sesión en tu cuenta de Flash e intentó vincularla a otro chat de WhatsApp ({ $chat }). Si termina, tu vínculo pasa a ese chat y te lo digo aquí.

    Si no fuiste tú, no le des ningún código a nadie y escribe a { -support }.
owner-chat-locked =
    ⚠️ Alguien escribió códigos incorrectos una y otra vez para vincular tu cuenta de Flash a otro chat de WhatsApp ({ $chat }). Bloqueé ese chat. Tu vínculo aquí queda como está.

    { -if-not-you }
moved-away =
    ⚠️ El vínculo con tu cuenta de Flash pasó a otro chat de WhatsApp ({ $chat }). Este chat quedó desconectado, y borré la llave que usaba.

    Si no fuiste tú, escribe a { -support } de inmediato. Envía *vincular* para traerlo otra vez aquí.
moved-away-before = ⚠️ Tu vínculo con Flash pasó a otro chat de WhatsApp ({ $at }), mientras mis mensajes para ti estaban detenidos. { -if-not-you }
link-paused = Este número ahora escribe desde otra cuenta de WhatsApp, así que su vínculo con Flash está en pausa. Si la cuenta de Flash es tuya, envía *vincular* para confirmarlo.

link-ending-days = ⏳ Tu vínculo con Flash termina en { $days ->
        [one] { $days } día
       *[other] { $days } días
    }, el { $on }. Para seguir viendo tu saldo aquí, envía *renovar* e inicia sesión una vez más.
link-ending-soon = ⏳ Tu vínculo con Flash termina pronto: { $at }. Para seguir viendo tu saldo aquí, envía *renovar* e inicia sesión una vez más.
link-has-ended = Tu vínculo con Flash llegó a su fin, así que borré la llave que tenía de tu cuenta. Envía *vincular* para conectarla de nuevo.
link-ended = Flash ya no acepta la llave que tenía de tu cuenta, así que la borré. Envía *vincular* para conectarla de nuevo.

confirm-unlink = ¿Desconectar tu cuenta de Flash de este chat? Tu dinero queda donde está. Envía *SÍ* para desconectarla, o *NO* para dejarla.
unlink-yes-or-no = Por favor, envía *SÍ* para desconectar tu cuenta de Flash, o *NO* para dejarla.
kept = Está bien, tu cuenta sigue vinculada.
unlinked =
    Listo. Tu cuenta de Flash está desconectada, y borré la llave con la que veía tu saldo. Flash todavía muestra esa llave en su lista, sin uso, hasta el { $until }. Para que termine allí de una vez, escribe a { -support }.

    Envía *vincular* para conectarla de nuevo; así también termina la llave vieja en Flash.
