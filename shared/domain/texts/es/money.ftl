# Lo que hay en la billetera, lo que cuesta el dinero, y en qué moneda se muestra.

balance = *{ $shown }* { $code }
    { $dollars }
    ≈ { $bitcoin }, a un precio { $age }

    _Consultado: { $when }._
balance-in-dollars = *{ $dollars }*
    ≈ { $bitcoin }, a un precio { $age }

    _Consultado: { $when }._
balance-without-price = *{ $dollars }*

    En este momento no hay un precio reciente para otras monedas.
    _Consultado: { $when }._
balance-told-before = Envía *actualizar* para preguntarle a Flash de nuevo.
balance-not-available = Flash no puede decirme tu saldo en este momento. Por favor, envía *saldo* de nuevo en unos minutos.

price-age = { $minutes ->
    [0] de ahora mismo
    [one] de hace 1 minuto
   *[other] de hace { $minutes } minutos
}
price = *1 BTC = { $bitcoin }* { $code }
    1 BTC = { $bitcoin-in-dollars }
    US$1.00 = { $dollar }

    _Este precio es { $age }._
price-in-dollars = *1 BTC = { $bitcoin-in-dollars }*

    _Este precio es { $age }._
price-too-old = El último precio que puedo conseguir tiene esta hora: { $when }. Es demasiado viejo para fiarse, así que prefiero no mostrarlo. Por favor, envía *precio* de nuevo en unos minutos.
price-unlisted = Flash ya no tiene precio en { $code }. Para elegir otra moneda, envía *moneda* y su código, así: *moneda USD*

currency-examples = por ejemplo { $one } o { $other }
currency-chosen = Aquí ves el dinero en { $code }. Para otra moneda, envía *moneda* y su código, { $examples }.

    Para la moneda de tu app de Flash, envía *moneda flash*
currency-of-account = Aquí ves el dinero en { $code }, como en tu app de Flash. Para otra moneda, envía *moneda* y su código, { $examples }.
currency-of-account-unknown = Aquí ves el dinero en la moneda de tu app de Flash. Para otra, envía *moneda* y su código, { $examples }.
currency-of-place = Aquí ves el dinero en { $code }, por el lugar de tu número. Para otra moneda, envía *moneda* y su código, { $examples }.
currency-set = ✅ Desde ahora ves aquí el dinero en { $code } ({ $symbol }). Envía *precio* para ver cuánto cuesta un bitcoin.
currency-set-linked = ✅ Desde ahora ves aquí el dinero en { $code } ({ $symbol }). Envía *saldo* para ver el tuyo.
currency-given-back = ✅ Desde ahora me guío por el lugar de tu número. Envía *precio* para ver cuánto cuesta un bitcoin.
currency-given-back-linked = ✅ Desde ahora ves aquí el dinero en la moneda de tu app de Flash. Envía *saldo* para ver el tuyo.
currency-unknown = Flash no puede mostrar el dinero en “{ $typed }”. Puede en estas: { $codes }.

    Envía *moneda* y una de ellas, así: *moneda { $example }*
