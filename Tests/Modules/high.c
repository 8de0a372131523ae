// The uppermost by its priority.
#define DIGIT 3
#define PRIORITY 10
#define BEFORE 0
#define AFTER 0
#include "layer.h"
