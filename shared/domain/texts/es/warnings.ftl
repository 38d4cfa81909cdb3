# A quien manda lo que no debe decir a nadie.

secret =
    ⚠️ Eso parece { $what }. No lo guardé, y nadie de Flash te lo va a pedir nunca.

    { $next }
secret-phrase = una frase de recuperación
secret-key = una clave privada
secret-card = el número de una tarjeta de pago
secret-api-key = una clave o un token de acceso
secret-password = una contraseña o un PIN
secret-code = un código de un solo uso
secret-move-money = Borra aquí tu mensaje. Si alguien más pudo verlo, mueve ahora tu dinero a una billetera nueva.
secret-delete = Borra aquí tu mensaje y no se lo des a nadie. Puedes preguntar otra vez sin eso.
secret-replace = Borra aquí tu mensaje y cámbialo donde lo uses. Puedes preguntar otra vez sin eso.
