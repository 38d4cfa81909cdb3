# Mostrar una vez más quién es uno.

proof-page =
    Para proteger tu cuenta, por favor muéstrame una vez más que eres tú. Abre esta página e inicia sesión en Flash:
    { $url }

    Funciona durante { $minutes } minutos, solo para este chat. Después vuelve: aquí estará tu respuesta.
code-in-app =
    Para proteger tu cuenta, por favor muéstrame una vez más que eres tú. Envié un código a tu app de Flash: escríbelo aquí, así: *verificar 123456*

    Funciona durante { $minutes } minutos. Si no llegó ninguno, envía *{ $command }* otra vez y te doy una página en su lugar.
proof-cancelled = Está bien, ya no espero que me muestres que eres tú. Cuando quieras, pídelo otra vez.
proven = Gracias, ya sé que eres tú. Por favor, pide una vez más lo que querías.

wrong-app-code = Ese código no es correcto. Te { $left ->
        [one] queda 1 intento
       *[other] quedan { $left } intentos
    }. Mira tu app de Flash otra vez y envía *verificar* y los 6 dígitos.
app-code-destroyed = Ese código no es correcto, y era el último intento. El código de tu app de Flash ya no sirve. Por favor, pide otra vez lo que querías ver.
no-app-code-waiting = Ese código ya no sirve. Por favor, pide otra vez lo que querías ver.
app-code-ran-out = El código de tu app de Flash venció. Por favor, pide otra vez lo que querías ver.
codes-locked = Demasiados códigos incorrectos. Para proteger la cuenta, no acepto códigos de este chat hasta esta hora: { $until }. Tu vínculo queda como está.

# En la propia app de Flash.
push-title = Tu código de WhatsApp
push-body = { $code } es el código que el bot de Flash te pidió por WhatsApp. Escríbelo allí y en ningún otro lugar. Si no pediste nada, no le hagas caso.
