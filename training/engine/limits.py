"""The limits of one training run. Each refusal names the limit, the value and the way out."""

MIN_ROWS = 10
MIN_TRAIN_ROWS = 4
MAX_ROWS = 1_000_000
MAX_FIELDS = 2_000
MAX_CATEGORIES = 1_000
MAX_LEVELS = 10_000
MAX_CELL_CHARACTERS = 10_000_000
MAX_GRID_CELLS = 128 * 128
MAX_STEPS = 100_000
MAX_VECTOR = 16_384

MAX_PARAMETERS = 5_000_000
MAX_EPOCHS = 200
MAX_LAYERS = 8
MAX_UNITS = 2_048
MAX_BATCH = 4_096
MAX_SEED = 2**31 - 1

# A category field becomes one input for each of its most frequent levels; rarer ones share one.
ONE_HOT_LEVELS = 128
# A drawing's cell becomes one input a colour of its palette, as long as the whole drawing becomes
# at most so many; beyond, it becomes red, green and blue.
PALETTE_INPUTS = 8_192
# A Dense network sees a sequence resampled to at most this many steps. An LSTM sees at most
# LSTM_STEPS, neighbours folded into one step until no more than FOLDED_STEPS are left.
DENSE_STEPS = 64
LSTM_STEPS = 512
FOLDED_STEPS = 64
NUMBER_BINS = 32
NUMBER_WIDTH = 12
# Up to this many rows the final fit on training and validation rows is worth its time.
REFIT_ROWS = 20_000
VALIDATION_SHARE = 0.2
