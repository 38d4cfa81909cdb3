# Cada comando en una línea, como lo lista la ayuda.

command-balance = ver lo que hay en tu billetera
command-link = conectar tu cuenta de Flash
command-verify = terminar de vincular con el código de la página
command-unlink = desconectar tu cuenta de Flash
command-privacy = qué guardo, y cómo verlo o borrarlo
command-export-my-data = ver todo lo que guardo de ti
command-delete-my-data = hacer que se borre
command-notifications = aceptar avisos de tu cuenta, o no
command-assistant = aceptar respuestas de un asistente, o no
command-alerts = aceptar alertas de seguridad después de stop, o no
command-stop = no recibir de mí más que respuestas
command-start = recibir otra vez mis mensajes
command-cancel = terminar lo que está abierto
command-help = esta lista
command-user = cómo está ese chat
command-unlock = quitar el bloqueo de ese chat
