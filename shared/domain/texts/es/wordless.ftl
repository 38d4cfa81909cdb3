# Para quien no envía palabras, o palabras que no piden nada.

wordless-empty = Recibí un mensaje sin nada que yo pueda leer.
wordless-picture = Gracias por la foto. No puedo ver fotos, solo leo texto.
wordless-voice = No puedo escuchar notas de voz, solo leo texto. Por favor, escríbemelo.
wordless-video = No puedo ver videos, solo leo texto.
wordless-document = No puedo abrir archivos, solo leo texto.
wordless-location = No necesito saber dónde estás, y no lo he guardado.
wordless-contact = No puedo leer tarjetas de contacto, y no he guardado esta.
wordless-sticker = ¡Qué bueno! Pero solo leo texto.
wordless-other = No puedo leer ese tipo de mensaje, solo leo texto.
wordless-next-linked = Envía *saldo* para ver tu dinero, o *ayuda* para ver todo lo que puedo hacer.
wordless-next-unlinked = Envía *vincular* para conectar tu cuenta de Flash, o *ayuda* para ver todo lo que puedo hacer.

welcome = ¡Con gusto! Cuando necesites algo, envía *ayuda*.
