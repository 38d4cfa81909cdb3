# Lo que se pagó, y la cuenta de la que salió o a la que llegó.

payments-title = Tus pagos, del más reciente al más antiguo:
payments-title-more = Pagos más antiguos:
payments-row =
    { $number }) { $money } · { $rail }
    { $when }
payments-row-unsettled =
    { $number }) { $money } · { $rail } · { $status }
    { $when }
payments-end = Envía *pago { $number }* para ver uno en detalle.
payments-end-more = Envía *más* para ver más antiguos, o *pago { $number }* para ver uno en detalle.
payments-none = Todavía no hay pagos. Envía *usuario* para ver cómo te pueden pagar.
payments-none-receiving = Todavía no hay pagos. Envía *cobrar* para que te paguen.
payments-not-available = Flash no puede mostrarme tus pagos en este momento. Por favor, envía *{ $command }* de nuevo en unos minutos.
payments-how-many = Puedo mostrarte { $most } pagos a la vez, como máximo. Envíalo así: *historial 10*
payments-no-list = Primero necesito una lista. Envía *historial* para ver tus pagos.
payments-no-more = Eso era todo: no hay pagos más antiguos. Envía *historial* para ver otra vez los más recientes.
payments-no-more-here = No puedo ver más atrás. Tus pagos más antiguos están en la app de Flash.
payments-which = Envíalo con un número de la lista, del 1 al { $last }, así: *pago 1*
payments-gone = Ya no encuentro ese pago. Envía *historial* para una lista nueva.

payment-title = Pago { $number }: { $money }
payment-way = { $rail }, { $when }
payment-fee = Comisión: { $fee }
payment-memo = Nota: “{ $memo }”
payment-status = Estado: { $status }
payment-reference = Referencia: { $id }
payment-amount-unknown = monto desconocido

rail-lightning = Lightning
rail-on-chain = en cadena
rail-flash = Flash
rail-other = otra vía

status-settled = hecho
status-pending = en camino
status-failed = no se hizo

username =
    Tu usuario de Flash es `{ $name }`

    Te pueden pagar a esta dirección lightning:
    `{ $address }`

    O con cualquier billetera en esta página:
    { $page }
username-none = Todavía no tienes usuario de Flash. Elige uno en la app de Flash y envía *usuario* de nuevo: te da una página en la que te pueden pagar.

account-title = Tu cuenta de Flash
account-username = Usuario: `{ $name }`
account-no-username = Usuario: ninguno todavía
account-level = Nivel: { $level }
account-currency = Moneda en Flash: { $currency }
account-linked = Vinculada aquí desde el { $since }, hasta el { $until }
account-next = Envía *límites* para ver cuánto puedes enviar en un día, o *usuario* para ver cómo te pueden pagar.

level-zero = de prueba, sin verificar
level-one = verificada
level-two = verificada, con cuenta bancaria
level-three = de negocio

limits-title = Lo que puedes enviar con la app de Flash:
limits-row = { $what }: { $total } en { $hours ->
    [one] una hora
   *[other] { $hours } horas
}
limits-left = { $row }, ahora te quedan { $left }
limits-withdrawal = Fuera de Flash
limits-internal = A otros usuarios de Flash
limits-convert = Entre tus propias billeteras
limits-not-available = Flash no puede decirme tus límites en este momento. Por favor, envía *límites* de nuevo en unos minutos.
limits-verify = Para subirlos, verifica tu cuenta en la app de Flash.
