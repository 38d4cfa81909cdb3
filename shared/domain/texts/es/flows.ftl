# Alrededor de las guías, cuyas propias palabras están en flows/.

flow-which = ¿De qué se trata?
flow-how = Envía el número. *volver* va un paso atrás, *cancelar* sale de esto.
flow-back = Un paso atrás
flow-end = Si eso no ayuda, envía *agente* para hablar con una persona.
flow-number = Por favor, envía un número del 1 al { $most }, o *volver* o *cancelar*.
flow-closed = Está bien. Envía *problema* para mirar otra vez, o *ayuda* para ver todo lo que puedo hacer.
