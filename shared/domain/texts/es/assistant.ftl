answer-automated-first = _Esta respuesta es automática y puede fallar. No sabe nada de tu cuenta. Envía *{ $agent }* para hablar con una persona._
answer-automated = _Automática. Envía *{ $agent }* para hablar con una persona._

answer-of-entry =
    _{ $question }_

    { $answer }
answer-instead =
    Ahora mismo no puedo responder con mis propias palabras. Esto puede ayudar:

    _{ $question }_

    { $answer }
answer-unknown =
    No sé la respuesta a eso. Sé de Flash, de pagar y cobrar con Flash, y de este chat.

    Pregúntalo con otras palabras, envía *problema* si algo salió mal, o *ayuda* para ver lo que puedo hacer.
answer-off-topic =
    Con eso no puedo ayudar aquí: solo respondo preguntas sobre Flash, sobre pagar y cobrar con Flash, y sobre este chat.

    Envía *ayuda* para ver lo que puedo hacer.
answer-in-a-moment = Un momento, todavía estoy buscando la respuesta.
