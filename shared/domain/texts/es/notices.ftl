# Lo que se avisa sin que nadie lo pida: dinero que llegó o salió, solo o junto.

notice-title =
    { $what ->
        [received] ✅ Recibiste { $money }{ $with }.
        [coming] ⏳ { $money } viene en camino{ $with }. Todavía no lo puedes gastar.
        [not-come] Un pago de { $money } para ti{ $with } no se hizo.
        [sent] ↗️ Enviaste { $money }{ $with }.
        [going] ⏳ { $money } va en camino{ $with }.
        [not-sent] ⚠️ Tu pago de { $money }{ $with } no se hizo.
       *[balance] Tu saldo cambió. Ahora tienes { $money }.
    }
notice-title-no-amount =
    { $what ->
        [received] ✅ Recibiste un pago{ $with }.
        [coming] ⏳ Un pago viene en camino{ $with }. Todavía no lo puedes gastar.
        [not-come] Un pago para ti{ $with } no se hizo.
        [sent] ↗️ Salió dinero de tu cuenta{ $with }.
        [going] ⏳ Va dinero en camino desde tu cuenta{ $with }.
        [not-sent] ⚠️ Tu pago{ $with } no se hizo.
       *[balance] Tu saldo cambió.
    }
notice-request-paid = ✅ Recibiste { $money }{ $with }: tu solicitud *{ $code }* está pagada.
notice-request-paid-no-amount = ✅ Recibiste un pago{ $with }: tu solicitud *{ $code }* está pagada.

# Empieza con un espacio: va dentro de una oración.
notice-from = {" "}de { $who }
notice-to = {" "}a { $who }
notice-name = “{ $name }” (nombre sin verificar)
notice-beside = { $money } ({ $other })
notice-amount-unknown = monto todavía desconocido
notice-sats =
    { $count ->
        [one] { $shown } sat
       *[other] { $shown } sats
    }

notice-note = Nota: “{ $memo }”
notice-note-left-out = Vino con una nota que podría engañar, así que no la muestro.
notice-when = _{ $when }_
notice-when-on-chain = _En cadena, { $when }_

notice-see-balance = Envía *saldo* para ver tu dinero.
notice-see-history = Envía *historial* para ver tus pagos.
notice-if-not-you = { -if-not-you }

digest-title = 📬 Novedades de tu cuenta de Flash:
digest-sum =
    { $what ->
        [received] Recibido: { $money }
        [coming] En camino hacia ti: { $money }
        [sent] Enviado: { $money }
       *[balance] Saldo: { $money }
    }
digest-payments =
    { $count ->
        [one] { $count } pago
       *[other] { $count } pagos
    }
digest-requests-paid =
    { $count ->
        [one] { $count } solicitud pagada
       *[other] { $count } solicitudes pagadas
    }
digest-failed =
    { $count ->
        [one] { $count } pago que no se hizo
       *[other] { $count } pagos que no se hicieron
    }
digest-at-least = al menos { $what }
digest-row = • { $money }{ $with } · { $when }
digest-row-unsettled = • { $money }{ $with } · { $status } · { $when }
digest-row-request = • { $money }{ $with } · { $code } · { $when }
digest-more =
    { $count ->
        [one] … y { $count } más
       *[other] … y { $count } más
    }
