// Which special texts of a prompt were written by the template, and which came from a message.
#pragma once

#include "chat.h"
#include "specials.h"

namespace pan {

// Characters that occur nowhere else, put where user text holds or may form the text of a special token. The template
// carries them into the prompt as it would any character; there they tell that text from its own.
class Marks {
  public:
    enum class Place {
        around,  // the template still sees the special text
        inside,  // it does not, and nothing that it does to the text can lose the mark
    };

    // `taken`: texts whose characters cannot be used.
    Marks(const Specials & specials, Place place, std::initializer_list<std::string_view> taken);

    // The inputs with marks. `any` tells whether there are some.
    common_chat_templates_inputs mark(const common_chat_templates_inputs & inputs);
    bool any() const { return marked; }

    struct Prompt {
        std::string text;
        std::vector<Range> forged;  // disjoint, ascending
    };

    // A prompt without its marks.
    Prompt read(const std::string & rendered) const;

  private:
    const Specials & specials;
    Place place;
    bool marked = false;
    std::string open, close, edge;

    std::string mark(const std::string & text, bool edges = true);
    std::string mark_json(const std::string & text, bool is_schema);
    common_json mark_value(const common_json & value, bool is_schema);
    std::string mark_arguments(const std::string & text);
};

// The ranges of `prompt` when it holds the same special texts in the same order as `other`, whose ranges are known.
bool carry_over(const Specials & specials, const std::string & prompt, const Marks::Prompt & other,
                std::vector<Range> & forged);

}  // namespace pan
