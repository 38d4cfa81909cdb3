question-how = Escribe tu pregunta después de la palabra, por ejemplo: *pregunta cómo recibo dinero*
question-too-long = Es demasiado largo para mí. Pregunta en { $most } caracteres o menos.
question-before-consent = Una cosa antes de responder tu pregunta:
questions-too-many =
    Son muchas preguntas en una hora. Puedes preguntarme de nuevo desde las { $at }.

    Envía *agente* para hablar con una persona, o *ayuda* para ver qué más puedo hacer.
questions-forgotten = Listo. Olvidé lo que preguntaste y lo que respondí.
