package io.github.panallama.gguf;

import static java.util.Objects.requireNonNull;

/// One metadata value, with the type that it has in the file.
///
/// ```java
/// switch (value) {
///     case GgufValue.Int(var type, var number) -> IO.println(number);
///     case GgufValue.Real(var type, var number) -> IO.println(number);
///     case GgufValue.Bool(var flag) -> IO.println(flag);
///     case GgufValue.Text(var text) -> IO.println(text);
///     case GgufArray array -> IO.println(array.size());
/// }
/// ```
public sealed interface GgufValue permits GgufValue.Int, GgufValue.Real, GgufValue.Bool, GgufValue.Text, GgufArray {
    /// {@return the type in the file}
    GgufType type();

    /// A whole number.
    ///
    /// @param type one of the eight integer types
    /// @param value the number; a UINT64 above [Long#MAX_VALUE] is negative here, see
    ///     [Long#toUnsignedString(long)]
    record Int(GgufType type, long value) implements GgufValue {
        /// Checks the type.
        public Int {
            if (!type.isInteger()) {
                throw new IllegalArgumentException(type + " is not an integer type");
            }
        }

        /// {@return the number}
        @Override
        public String toString() {
            return type == GgufType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
        }
    }

    /// A floating-point number.
    ///
    /// @param type FLOAT32 or FLOAT64
    /// @param value the number
    record Real(GgufType type, double value) implements GgufValue {
        /// Checks the type.
        public Real {
            if (type != GgufType.FLOAT32 && type != GgufType.FLOAT64) {
                throw new IllegalArgumentException(type + " is not a floating-point type");
            }
        }

        /// {@return the number in the shortest form that reads back as the same value}
        @Override
        public String toString() {
            return type == GgufType.FLOAT32 ? Float.toString((float) value) : Double.toString(value);
        }
    }

    /// True or false.
    ///
    /// @param value which
    record Bool(boolean value) implements GgufValue {
        @Override
        public GgufType type() {
            return GgufType.BOOL;
        }

        /// {@return true or false}
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /// A text.
    ///
    /// @param value the text; what is not UTF-8 in the file reads as U+FFFD
    record Text(String value) implements GgufValue {
        /// Checks the text.
        public Text {
            requireNonNull(value, "value");
        }

        @Override
        public GgufType type() {
            return GgufType.STRING;
        }

        /// {@return the text}
        @Override
        public String toString() {
            return value;
        }
    }
}
