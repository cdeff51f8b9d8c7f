"""Neutral sequences: they have the composition of real windows, but no motif more often than by chance.

They are dinucleotide shuffles of unbound windows.
The shuffle draws uniformly among all sequences with the same dinucleotides (Altschul & Erickson 1985, Mol. Biol.
Evol. 2:526).
"""

from __future__ import annotations

import numpy as np

NEUTRAL = 300  # sequences


def make_neutral_sequences(bound: np.ndarray, unbound: np.ndarray, count: int = NEUTRAL) -> np.ndarray:
    """Shuffle unbound windows, or draw random sequences with the composition of bound ones if there are none.

    The order of the windows changes nothing.

    Parameters
    ----------
    bound : np.ndarray
        Int8 array (n, width), bound windows, 0-4.
    unbound : np.ndarray
        Int8 array (m, width), unbound windows, 0-4; `m` may be 0.
    count : int
        Number of sequences.

    Returns
    -------
    np.ndarray
        Int8 array (count, width).
    """
    generator = np.random.default_rng(0)
    if len(unbound):
        windows = sort_windows(unbound)
        chosen = generator.choice(len(windows), count, replace=count > len(windows))
        return np.array([shuffle_dinucleotides(window, generator) for window in windows[chosen]], np.int8)
    letters = np.bincount(bound[bound < 4], minlength=4)
    shares = letters / letters.sum() if letters.any() else np.full(4, 0.25)
    return generator.choice(4, (count, bound.shape[1]), p=shares).astype(np.int8)


def sort_windows(codes: np.ndarray) -> np.ndarray:
    """Sort windows by their letters, so that random choices among them depend on no other order."""
    return codes[np.lexsort(codes.T[::-1])]


def shuffle_dinucleotides(codes: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Shuffle a sequence; the number of each dinucleotide, the first and the last letter stay.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (width,), letters 0-4; an unknown base is a letter of its own.
    generator : np.random.Generator
        Source of random numbers.

    Returns
    -------
    np.ndarray
        Int8 array (width,).

    Examples
    --------
    >>> shuffle_dinucleotides(np.array([0, 1, 0, 2, 0], np.int8), np.random.default_rng(3)).tolist()
    [0, 2, 0, 1, 0]
    """
    if len(codes) < 3:
        return codes.copy()
    successors = {letter: codes[1:][codes[:-1] == letter] for letter in set(codes[:-1].tolist())}
    last = int(codes[-1])
    exits = _draw_exits(successors, last, generator)
    for letter, choices in successors.items():
        kept = exits.get(letter, len(choices))
        others = generator.permutation(np.delete(choices, kept) if kept < len(choices) else choices)
        successors[letter] = np.append(others, choices[kept : kept + 1])
    shuffled, letter = np.empty_like(codes), int(codes[0])
    used = dict.fromkeys(successors, 0)
    shuffled[0] = letter
    for place in range(1, len(codes)):
        following = int(successors[letter][used[letter]])
        used[letter] += 1
        shuffled[place] = letter = following
    return shuffled


def _draw_exits(successors: dict[int, np.ndarray], last: int, generator: np.random.Generator) -> dict[int, int]:
    """Draw the successor that each letter uses last, until all of these lead to the last letter of the sequence."""
    letters = [letter for letter in successors if letter != last]
    while True:
        exits = {letter: int(generator.integers(len(successors[letter]))) for letter in letters}
        reached = {last}
        for _ in letters:
            reached |= {letter for letter in letters if int(successors[letter][exits[letter]]) in reached}
        if reached.issuperset(letters):
            return exits
