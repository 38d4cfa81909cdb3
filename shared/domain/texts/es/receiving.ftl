# Recibir dinero: un enlace que siempre sirve, un código para un pago, y los montos que se escriben.

receive-anything =
    Comparte este enlace para que te paguen. Siempre sirve:
    { $link }

    Desde otra billetera te pueden pagar a
    { $address }

    Para un monto exacto, envíalo así: *cobrar 5 almuerzo*
receive-anything-nameless = Aún no tienes nombre de usuario en Flash, y por eso no hay un enlace para pagarte. Elige uno en la aplicación de Flash. Para un solo pago, envíame el monto, así: *cobrar 5 almuerzo*

receive-this = Para que te paguen { $money } ({ $sats } { $sats-count ->
        [one] sat
       *[other] sats
    }), muéstrale el código de abajo a quien paga, o envíaselo. Sirve durante { $seconds ->
        [60] un minuto
        [one] un segundo
       *[other] { $seconds } segundos
    }.
receive-note = Tu nota: «{ $memo }»
receive-told-when-paid = Te aviso cuando esté pagado.
receive-always =
    Este enlace siempre sirve, para cualquier monto:
    { $link }
    o, desde otra billetera, { $address }
receive-scan = Escanea este código para pagar.

receive-no-invoice = No pude hacer un código ahora: Flash no me responde. Por favor, envía *{ $command }* otra vez en unos minutos.
receive-no-invoice-busy = Fueron muchos códigos en poco tiempo. Por favor, envía *{ $command }* otra vez en { $minutes ->
        [one] un minuto
       *[other] { $minutes } minutos
    }.
receive-no-invoice-refused = Flash no quiere hacer un código para eso. Si crees que debería, escribe a support@getflash.io.
receive-off = Aquí todavía no puedo hacer códigos de pago. Envía *usuario* para ver cómo te pueden pagar.

receive-how = { $why } Por favor, envíalo así: *cobrar 5* o *cobrar 5.50 almuerzo*
receive-memo-long = Por favor, di en { $most } caracteres para qué es, así: *cobrar 5 almuerzo*
receive-in-dollars = Solo puedo tomar { $currency } si es la moneda que te muestro. Por favor, envía el monto en dólares de EE. UU., así: *cobrar US$5*
receive-no-price = No tengo ahora un precio reciente de { $currency }. Por favor, envía el monto en dólares de EE. UU., así: *cobrar US$5*

amount-missing = Falta el monto.
amount-no-number = El monto va primero, en cifras.
amount-digits = Por favor, escribe el monto con las cifras del 0 al 9.
amount-negative = Un monto no puede ser menos que nada.
amount-shorthand = Por favor, escribe el monto completo en cifras, sin abreviar.
amount-ambiguous = No sé bien cuánto es. El punto es para los centavos, como en 10.50, y la coma para los miles, como en 1,000.
amount-too-fine = La parte más pequeña de un monto es un centavo, como en 0.01.
amount-zero = El monto tiene que ser más que cero.
amount-too-large = Lo máximo por vez es { $most }.
amount-two-numbers = Veo más de un número. Un monto no lleva espacios, como en 1,000.
amount-two-currencies = Veo dos monedas.
amount-other-unit = Tomo montos en dólares de EE. UU.
amount-malformed = No puedo leer ese monto.

invoice-paid = ✅ Recibiste { $money }. Envía *saldo* para ver tu dinero.
invoice-paid-for = ✅ Recibiste { $money }, por «{ $memo }». Envía *saldo* para ver tu dinero.
invoice-ran-out = ⌛ El código de { $money } se venció, y nadie pagó con él. Envía *{ $command }* para tener uno nuevo.
invoice-ran-out-link = ⌛ El código de { $money } se venció, y nadie pagó con él. Envía *{ $command }* para tener uno nuevo; tu enlace siempre sirve.
invoice-not-known = No pude saber si te pagaron { $money }: Flash no me respondió. Envía *historial* para mirar.
