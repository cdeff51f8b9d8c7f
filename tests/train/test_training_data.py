import numpy as np

from ideep_scan.records.places import Places
from ideep_scan.train.training_data import SITE, TEST, TRAIN, UNBOUND_GENE, TrainingData


def test_rows_are_chosen_together():
    data = TrainingData(
        Places(np.array(["chr1", "chr2", "chr3"], object), np.array(["+", "-", "+"], object), np.array([5, 6, 7])),
        np.array([1, 0, 1], np.int8),
        np.array([TRAIN, TEST, TEST], np.int8),
        np.array([SITE, UNBOUND_GENE, SITE], np.int8),
        np.array([2, np.nan, 3], np.float32),
        np.array([0, 1, -1]),
    )
    test = data[data.part == TEST]
    assert len(data) == 3
    assert len(test) == 2
    assert test.places.chrom.tolist() == ["chr2", "chr3"]
    assert test.places.centre.tolist() == [6, 7]
    assert test.label.tolist() == [0, 1]
    assert test.kind.tolist() == [UNBOUND_GENE, SITE]
    assert np.isnan(test.strength[0])
    assert test.strength[1] == 3
    assert test.locus.tolist() == [1, -1]
