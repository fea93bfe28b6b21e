"""The sentences on which the real pretrained encoder is tested."""

SENTENCES = [
    "The bank raised its interest rates again.",
    "We had a picnic on the bank of the river, under an old willow.",
    "Is it tokenization or tokenisation? Nobody's unbelievably sure!",
    "No.",
    "In 1997, Ms. Müller's café sold 1,250 crêpes (€3.20 each) — 上下文 included.",
]
